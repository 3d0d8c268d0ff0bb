"""A network as a profile may see it: bodies it does not detail are taken out with their links; counts keep everyone."""

from __future__ import annotations

from droitcommun.graph.export.networks.picture import message
from droitcommun.graph.langue import _, ngettext
from droitcommun.graph.network import Reseau
from droitcommun.graph.profils import Profil


def restrict_network(reseau: Reseau, profil: Profil) -> Reseau:
    """Return a copy of *reseau* without what *profil* leaves out; the graph says its profile.

    Where only bodies with a visa are detailed (public), the others are taken out: those that have not answered, and
    those that have without giving their visa, counted in the graph attribute non_detailles. The n_actions and
    n_organismes of ambitions and QPV still count everyone. A copil sees each body, and whether it gave its visa.
    """
    seen: Reseau = reseau.copy()
    seen.graph["profil"] = profil.code
    if profil.detail_organismes == "tous":
        return seen
    bodies = {node: data for node, data in reseau.nodes(data=True) if data["kind"] == "organisme"}
    hidden = [node for node, data in bodies.items() if not data["visa"]]
    seen.remove_nodes_from(hidden)
    seen.graph["non_detailles"] = sum(1 for node in hidden if bodies[node]["reponse"] != "pas-de-reponse")
    # Measures over what is left would be wrong; those that name no body are said as they were before.
    if reseau.graph["reseau"] in ("organisme-ambition", "organisme-qpv"):
        seen.graph["message"] = message(reseau)
    else:
        n = len(bodies) - len(hidden)
        seen.graph["message"] = (
            ngettext(
                "{n} institution a donné son visa et peut être montrée.",
                "{n} institutions ont donné leur visa et peuvent être montrées.",
                n,
            ).format(n=n)
            if n
            else _("Aucune institution n'a encore donné son visa.")
        )
    return seen
