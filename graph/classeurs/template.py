"""An empty or prefilled workbook from its form shapes, as XLSX or ODS: for Excel and LibreOffice.

The workbook is in French whatever the language of the program: sheet names, titles and codes travel between versions.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from droitcommun.graph.classeurs.context import TemplateContext
from droitcommun.graph.classeurs.form import Form
from droitcommun.graph.classeurs.plan import Prefill, make_plan
from droitcommun.graph.files import write_atomic

Part: TypeAlias = tuple[TemplateContext, Prefill]
FileFormat = Literal["xlsx", "ods"]
FILE_FORMATS: tuple[FileFormat, ...] = ("xlsx", "ods")


def write_template(
    form: Form, target: Path, context: TemplateContext, prefill: Prefill | None = None, *others: Part
) -> None:
    """Write the workbook of *form* in the format of the file's suffix. The same input always gives the same bytes.

    *others* are the same for the other contracts of a workbook common to several. Raises WriteFailed.
    """
    file_format: FileFormat = "ods" if target.suffix == ".ods" else "xlsx"
    write_atomic(target, render_template(form, context, prefill, file_format, others))


def render_template(
    form: Form,
    context: TemplateContext,
    prefill: Prefill | None = None,
    file_format: FileFormat = "xlsx",
    others: Sequence[Part] = (),
) -> bytes:
    """Return the bytes of the workbook of *form*: what the contract gives, then what *prefill* holds."""
    plan = make_plan(form, (context, prefill or Prefill()), *others)
    if file_format == "ods":
        from droitcommun.graph.classeurs.odswriting import write_ods

        return write_ods(plan)
    from droitcommun.graph.classeurs.xlsxwriting import write_xlsx

    return write_xlsx(plan)
