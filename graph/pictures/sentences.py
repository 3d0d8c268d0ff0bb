"""The ten sentences of the first page. Each speaks only of what is known, and says plainly what is not."""

from __future__ import annotations

from collections.abc import Callable

from droitcommun.graph.pictures import sentences_effets as effets
from droitcommun.graph.pictures import sentences_mobilisation as mobilisation
from droitcommun.graph.pictures.sentence import Matiere, Sentence

_WRITERS: tuple[Callable[[Matiere], Sentence], ...] = (
    mobilisation.phrase_retours,
    mobilisation.phrase_actions,
    mobilisation.phrase_euros,
    mobilisation.phrase_rencontre,
    mobilisation.phrase_etp,
    effets.phrase_ambitions,
    effets.phrase_qpv,
    effets.phrase_habitants,
    effets.phrase_engagements,
    effets.phrase_decisions,
)


def write_sentences(matiere: Matiere) -> tuple[Sentence, ...]:
    """Write the ten sentences, in their order."""
    return tuple(write(matiere) for write in _WRITERS)
