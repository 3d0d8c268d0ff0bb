"""The words people read for codes and columns. They are built when asked, because the language may change."""

from __future__ import annotations

from droitcommun.graph.langue import _


def etats_reponse() -> dict[str, str]:
    """Return the words for the state of a body's answer to a campagne."""
    return {
        "repondu": _("a répondu"),
        "neant-declare": _("néant déclaré"),
        "pas-de-reponse": _("pas de réponse"),
    }


def etats_couverture() -> dict[str, str]:
    """Return the words for the state of a cell of a coverage matrix."""
    return {
        "agit": _("agit"),
        "attendu-rien-declare": _("attendu, rien de déclaré"),
        "neant-declare": _("néant déclaré"),
        "non-concerne": _("non concerné"),
        "pas-de-reponse": _("pas de réponse"),
    }


def etats_engagement() -> dict[str, str]:
    """Return the words for the state of a commitment."""
    return {
        "constate": _("constaté"),
        "en-cours": _("en cours"),
        "pas-encore": _("pas encore constaté"),
        "sans-objet": _("sans objet"),
        "sans-information": _("sans information"),
    }


def origines_preuve() -> dict[str, str]:
    """Return the words for where the evidence of a commitment comes from."""
    return {
        "calculee": _("calculée"),
        "citee": _("citée par le classeur"),
        "calculee-et-citee": _("calculée, et citée"),
    }


def etats_referent() -> dict[str, str]:
    """Return the words for whether a body named its technical referent."""
    return {
        "nomme": _("nommé"),
        "a-confirmer": _("à confirmer"),
        "non-nomme": _("a répondu sans le nommer"),
        "pas-de-reponse": _("pas de réponse"),
    }


def etats_evaluation() -> dict[str, str]:
    """Return the words for how far an object of evaluation has got."""
    return {
        "propose": _("proposé"),
        "valide": _("validé"),
        "restitue": _("restitué"),
        "jamais-evaluee": _("ambition jamais évaluée"),
    }


def ecarts() -> dict[str, str]:
    """Return the words for a gap between what a body says and what it does."""
    return {
        "positionne-sans-action": _("positionné, sans action"),
        "action-sans-positionnement": _("action, sans positionnement"),
        "engagement-sans-action": _("engagement, sans action"),
        "action-sans-engagement": _("action, sans engagement"),
    }


def etats_visa() -> dict[str, str]:
    """Return the words for the visa of a contribution."""
    return {
        "vise": _("visé"),
        "a-renouveler": _("visa à renouveler"),
        "non-vise": _("pas encore visé"),
    }


def etats_retour() -> dict[str, str]:
    """Return the words for how far the answer of a service has got."""
    return {
        "recu": _("reçu"),
        "neant-declare": _("néant déclaré"),
        "refuse": _("dernier fichier refusé"),
        "envoye": _("classeur préparé, pas de réponse"),
        "attendu": _("attendu, aucun classeur préparé"),
    }


def motifs_de_refus() -> dict[str, str]:
    """Return the words for why a received file was refused, by the code of its problem."""
    return {
        "campagne-close": _("arrivé après la clôture"),
        "campagne-inconnue": _("d'une campagne jamais ouverte"),
        "classeur-inconnu": _("n'est pas un classeur envoyé"),
        "classeur-vide": _("revenu sans réponse"),
        "colonne-absente": _("une colonne manque"),
        "colonne-en-double": _("une colonne est en double"),
        "contrat-a-preciser": _("le contrat n'est pas dit"),
        "feuille-absente": _("une feuille manque"),
        "fichier-hostile": _("contenu dangereux"),
        "fichier-illisible": _("illisible"),
        "fichier-protege": _("protégé par un mot de passe"),
        "format-inconnu": _("format inconnu"),
        "hors-perimetre": _("rien ne concerne ce contrat"),
        "identite-vide": _("feuille Identité vide"),
        "import-deja-tenu": _("lignes déjà tenues par un autre import"),
        "mauvais-classeur": _("un autre classeur que celui attendu"),
        "mauvais-contrat": _("d'un autre contrat"),
        "mauvais-organisme": _("d'un autre organisme"),
        "mauvaise-campagne": _("d'une autre campagne"),
        "modele-absent": _("sa feuille cachée manque"),
        "personne-effacee": _("nomme une personne effacée"),
        "service-renomme": _("service renommé, à confirmer"),
        "titres-absents": _("les titres des colonnes manquent"),
    }


def etats_decision() -> dict[str, str]:
    """Return the words for how far a décision has got."""
    return {
        "a-faire": _("à faire"),
        "en-cours": _("en cours"),
        "realisee": _("réalisée"),
        "abandonnee": _("abandonnée"),
    }


def etats_derogation() -> dict[str, str]:
    """Return the words for the state of a dérogation."""
    return {
        "en-vigueur": _("en vigueur"),
        "expiree": _("expirée"),
        "sans-objet": _("sans objet : le constat n'existe plus, ou ses données ont changé"),
    }


def etats_lien() -> dict[str, str]:
    """Return the words for two actions that look alike, once people have said what they are."""
    return {"possible": _("à décider"), "meme": _("même action"), "distinctes": _("actions distinctes")}


def phases() -> dict[str, str]:
    """Return the words for a budget phase, without its year."""
    return {
        "realise": _("réalisé"),
        "realise-provisoire": _("réalisé provisoire"),
        "realise-definitif": _("réalisé définitif"),
        "prevu": _("prévu"),
        "remplace": _("provisoire, remplacé par le définitif"),
    }


def genres_de_lieu() -> dict[str, str]:
    """Return the words for the kind of a place: a QPV, or a bucket shared by several."""
    return {"qpv": _("quartier (QPV)"), "commun": _("poste commun")}


def manques() -> dict[str, str]:
    """Return the words for what an action lacks."""
    return {
        "ambition": _("ambition principale"),
        "forme": _("forme de mobilisation"),
        "territoire": _("lieu, QPV ou commune"),
        "moyen": _("aucun moyen"),
        "quantite": _("quantité d'un moyen"),
        "periode": _("période d'un moyen"),
    }


def mouvements() -> dict[str, str]:
    """Return the words for how an amount moved from one campagne to another."""
    return {
        "apparu": _("apparu"),
        "termine": _("terminé"),
        "hausse": _("en hausse"),
        "baisse": _("en baisse"),
        "stable": _("stable"),
        "inconnu": _("inconnu"),
    }


def gravites() -> dict[str, str]:
    """Return the words for the severity of a finding."""
    return {"violation": _("à corriger"), "warning": _("à compléter"), "info": _("pour information")}


def colonnes() -> dict[str, str]:
    """Return the French header of each column of the catalogue, without its unit."""
    return {
        "action": _("Code de l'action"),
        "ambition": _("Ambition"),
        "attendu": _("Réponse attendue"),
        "axe": _("Axe"),
        "catalogue": _("Question du catalogue"),
        "champ": _("Champ"),
        "code_decision": _("Code de la décision"),
        "commune": _("Code de la commune"),
        "communes": _("Communes citées"),
        "composition": _("Composition"),
        "comptee": _("Action comptée"),
        "concept": _("Concept"),
        "criteres": _("Critères"),
        "date_reponse": _("Date de réponse"),
        "dates": _("Dates"),
        "date_seance": _("Séance du"),
        "ecart": _("Écart"),
        "ecart_agglomeration": _("Écart avec l'agglomération"),
        "ecart_france": _("Écart avec la France"),
        "echeance": _("Échéance"),
        "engagement": _("Engagement"),
        "etat": _("État"),
        "etat_decision": _("Avancement"),
        "etp": _("Équivalents temps plein"),
        "euros": _("Montant"),
        "evaluateurs": _("Évaluateurs"),
        "euros_a_qualifier": _("À qualifier"),
        "euros_dc": _("Droit commun"),
        "euros_dc_1": _("Droit commun, première année"),
        "euros_dc_2": _("Droit commun, seconde année"),
        "euros_prestations_legales": _("Prestations légales (à part)"),
        "euros_spec": _("Crédits spécifiques"),
        "exercice": _("Exercice"),
        "femmes": _("Femmes"),
        "feuille": _("Feuille"),
        "fiabilite": _("Fiabilité"),
        "forme": _("Code de la forme"),
        "frequence_max": _("Maximum par an"),
        "frequence_min": _("Minimum par an"),
        "genre": _("Genre"),
        "habitants": _("Participations d'habitants"),
        "habitants_femmes": _("Participations, base de la part des femmes"),
        "habitants_jeunes": _("Participations, base de la part des moins de 25 ans"),
        "indicateur": _("Code de l'indicateur"),
        "instance": _("Code de l'instance"),
        "libelle": _("Libellé"),
        "libelle_action": _("Action"),
        "libelle_ambition": _("Libellé de l'ambition"),
        "libelle_axe": _("Libellé de l'axe"),
        "libelle_commune": _("Commune"),
        "libelle_engagement": _("Libellé de l'engagement"),
        "libelle_forme": _("Forme de mobilisation"),
        "libelle_indicateur": _("Indicateur"),
        "libelle_instance": _("Instance"),
        "libelle_lieu": _("Quartier ou poste"),
        "libelle_organisme": _("Institution"),
        "libelle_qpv": _("Quartier (QPV)"),
        "libelle_sous_axe": _("Libellé du sous-axe"),
        "libelle_source": _("Dispositif ou source"),
        "libelle_territoire": _("Territoire"),
        "lieu": _("Code du lieu"),
        "ligne": _("Ligne"),
        "manque": _("Ce qui manque"),
        "mission": _("Mission"),
        "modalite": _("Modalité"),
        "moins_25": _("Moins de 25 ans"),
        "n_actions": _("Actions"),
        "n_actions_connues": _("Actions renseignées"),
        "n_actions_femmes": _("Actions renseignées (femmes)"),
        "n_actions_jeunes": _("Actions renseignées (moins de 25 ans)"),
        "n_actions_sans_moyen": _("dont aux moyens non chiffrés"),
        "n_actions_secondaires": _("Actions qui y contribuent aussi"),
        "n_engagements": _("Engagements"),
        "n_inconnus": _("Montants inconnus"),
        "n_inconnus_1": _("Montants inconnus, première année"),
        "n_inconnus_2": _("Montants inconnus, seconde année"),
        "n_moyens": _("Moyens"),
        "n_moyens_dc": _("Moyens de droit commun"),
        "n_moyens_inconnus": _("Moyens sans montant connu"),
        "n_organismes": _("Institutions"),
        "n_preuves": _("Preuves citées"),
        "n_preuves_calculees": _("Preuves calculées"),
        "origine_preuve": _("Origine de la preuve"),
        "preuves": _("Ce qui prouve"),
        "n_repondants_communs": _("Répondants communs"),
        "n_services": _("Services"),
        "obligatoire": _("Signataire obligatoire"),
        "organisme": _("Code de l'institution"),
        "organismes": _("Institutions qui agissent"),
        "origine": _("Origine"),
        "ouverte_aux_habitants": _("Ouverte aux habitants"),
        "perimetre": _("Périmètre"),
        "periode": _("Période"),
        "phase": _("Phase"),
        "pilier": _("Pilier"),
        "population": _("Population"),
        "portee": _("Portée"),
        "positionne": _("Priorité déclarée"),
        "precision": _("Précision"),
        "qpv": _("Code du QPV"),
        "quartiers": _("Quartiers cités"),
        "question": _("Question"),
        "restitue_le": _("Restitué le"),
        "ratio": _("Droit commun pour 1 € spécifique"),
        "service": _("Service"),
        "services": _("Services"),
        "somme": _("Somme des parties"),
        "source": _("Code de la source"),
        "sous_axe": _("Sous-axe"),
        "statistique": _("Statistique"),
        "statut": _("Statut de la valeur"),
        "statut_partie": _("Statut"),
        "tenues": _("Séances tenues"),
        "territoire": _("Code du territoire"),
        "titre": _("Décision"),
        "total": _("Total"),
        "type": _("Objet évalué"),
        "unite": _("Unité"),
        "unite_indicateur": _("Unité de la valeur"),
        "valeur": _("Valeur"),
        "valeur_agglomeration": _("Valeur de l'agglomération"),
        "valeur_france": _("Valeur de la France"),
        "valide_le": _("Validé le"),
        "visa": _("Visa"),
    }


def unites() -> dict[str, str]:
    """Return the short sign of each unit of the catalogue."""
    return {"EUR": "€", "ETP": _("ETP"), "heures": _("heures"), "personnes": _("personnes")}
