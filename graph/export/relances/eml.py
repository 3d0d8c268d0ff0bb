"""One message as an e-mail file that opens as a draft: text, HTML, and the workbook attached."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from droitcommun.graph.export.constats.htmlreport import environment
from droitcommun.graph.export.relances.contacts import Contact
from droitcommun.graph.export.relances.messages import Relance, body_text, sections, shared_by_all
from droitcommun.graph.langue import _, langue

_XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def eml_bytes(relance: Relance, file_name: str, workbook: bytes, contacts: Sequence[Contact] = ()) -> bytes:
    """Return the e-mail, CRLF lines; the same message always gives the same bytes.

    It bears `X-Unsent: 1`, so that a mail program opens it to be completed and sent, no sender, and no recipient but
    *contacts*. No text, name or file name can add a header.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _header(relance.objet)
    if contacts:
        message["To"] = [Address(_header(c.nom), addr_spec=c.courriel) for c in contacts]
    message["X-Unsent"] = "1"
    message.set_content(body_text(relance), cte="quoted-printable")
    message.add_alternative(_html(relance), subtype="html", cte="quoted-printable")
    maintype, subtype = _XLSX
    message.add_attachment(workbook, maintype=maintype, subtype=subtype, filename=_header(file_name))
    mark = hashlib.sha256(body_text(relance).encode() + workbook).hexdigest()[:24]
    for n, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{n}_{mark}")
    return message.as_bytes()


def _html(relance: Relance) -> str:
    template = environment().get_template("relance.html")
    return template.render(_=_, langue=langue(), relance=relance, sections=sections(relance), partage=shared_by_all())


def _header(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()
