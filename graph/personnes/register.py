"""The register's entry of the treatment (RGPD, article 30), filled with what the workspace holds."""

from __future__ import annotations

from droitcommun.graph.graphfiles import PERSONNEL
from droitcommun.graph.history import ERASED
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.names import PREFIXES, cdv
from droitcommun.graph.personnes.contacts import received_files
from droitcommun.graph.workspace import Workspace

_TYPE = PREFIXES["rdf"] + "type"


def registre_markdown(workspace: Workspace) -> str:
    """Return the entry as Markdown: what the tool knows is filled in, what the controller decides is left to write.

    Nobody is named in it: it counts.
    """
    events = workspace.journal.events()
    entries = workspace.graphs.entries(PERSONNEL)
    n_contacts = sum(
        1
        for entry in entries
        for _s, p, o in workspace.graphs.triples(entry)
        if p.value == _TYPE and o.value == cdv("Titulaire")
    )
    years = sorted({entry.annee for entry in entries if entry.annee})
    erased = [event for event in events if event.kind == ERASED]
    to_write = _("à compléter par le responsable du traitement")
    held = ngettext("{n} contact", "{n} contacts", n_contacts).format(n=n_contacts)
    if years:
        held += " (" + _("campagnes {annees}").format(annees=", ".join(map(str, years))) + ")"
    rows = (
        (_("Nom du traitement"), _("Suivi du droit commun du contrat de ville")),
        (_("Responsable du traitement"), f"*{to_write}*"),
        (_("Délégué à la protection des données"), f"*{to_write}*"),
        (_("Contrats"), ", ".join(workspace.contrats())),
        (_("Finalité"), _("Écrire aux contributeurs, relancer ceux qui n'ont pas répondu.")),
        (_("Base légale"), _("Mission d'intérêt public (RGPD, article 6.1 e ; loi du 21 février 2014).")),
        (_("Personnes concernées"), _("Agents des organismes contributeurs, désignés comme contacts.")),
        (_("Données"), _("Nom, fonction, adresse électronique et téléphone professionnels. Rien sur les habitants.")),
        (_("Détenu aujourd'hui"), held),
        (_("Fichiers reçus gardés"), str(len(received_files(events)))),
        (_("Source"), _("Feuille Contacts des classeurs, remplie par les organismes eux-mêmes.")),
        (_("Destinataires"), _("Les personnes qui animent le contrat. Aucun produit ne contient ces données.")),
        (_("Transferts hors de l'Union"), _("Aucun : l'outil n'envoie rien sur un réseau.")),
        (
            _("Durée de conservation"),
            _("{n} ans après la clôture de la campagne (conservation_contacts, droitcommun.toml).").format(
                n=workspace.settings.conservation_contacts
            ),
        ),
        (_("Effacements faits"), ", ".join(event.le.isoformat() for event in erased) or _("aucun")),
        (
            _("Sécurité"),
            _("Graphe à part, jamais chargé par un contrôle ni un produit ; dossier à accès restreint ; aucun réseau."),
        ),
        (_("Droits des personnes"), _("Accès : « purge PERSONNE ». Effacement : « purge PERSONNE --confirme ».")),
    )
    title = _("Fiche du registre des traitements")
    lines = [f"# {title}", ""]
    if workspace.fictif:
        lines += [_("Données fictives"), ""]
    heads = (_("Rubrique"), _("Contenu"))
    lines += [f"| {' | '.join(heads)} |", "|---|---|"]
    return "\n".join([*lines, *(f"| {name} | {value} |" for name, value in rows)])
