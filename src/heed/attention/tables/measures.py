"""What is measured of a network on which faces: accuracies, recalls, and scores of maps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from heed.attention.run_settings import PairParams
from heed.attention.schema import CONCEALED, TEST
from heed.attention.tables.answered import HAVING, LACKING, Answered
from heed.attention.tables.face_values import FaceValues
from heed.attention.tables.study import Study
from heed.celeba.attributes import ATTRIBUTES

ACCURACY: Final = "accuracy"
RECALL: Final = "recall"
ERROR: Final = "error_rate"
FPR: Final = "fpr"
"""Share of the faces without the attribute on which it is found: recall alone rises with it."""

MAP_SCORES: Final = ("proportional_energy", "amr", "iou", "cell_iou", "empty")
"""Columns of ``regions``; of ``empty`` the mean is the share of empty maps."""

ALL: Final = ""
"""The pair of a measure of all forty attributes, which is of none."""


@dataclass(frozen=True)
class Measure:
    """A number of each face.

    Attributes:
        pair: whose attribute it is of; :data:`ALL` for the error rate of all forty.
        quantity: ``accuracy``, ``recall``, ``fpr``, ``error_rate`` or one of :data:`MAP_SCORES`.
        on: the faces: ``test``, ``sunglasses``, ``mouth_only``, ``E1``, ``E2``,
            ``with_attribute``, which is E1 and E2 together, or ``without_attribute``.
    """

    pair: str
    quantity: str
    on: str

    @property
    def asked(self) -> str:
        """The set of ``decisions`` whose faces it is of."""
        return self.on if self.on in CONCEALED else TEST


def measures(pairs: Mapping[str, PairParams]) -> Iterator[Measure]:
    """All measures, pair by pair.

    Example:
        >>> pair = PairParams(attribute="Smiling", confounder="Male", regions=["mouth"])
        >>> [f"{found.quantity} {found.on}" for found in measures({"smile": pair})][:6]
        ['error_rate test', 'accuracy test', 'accuracy sunglasses', 'accuracy mouth_only', \
'recall E1', 'recall E2']
    """
    yield Measure(ALL, ERROR, TEST)
    for pair in pairs:
        for on in (TEST, *CONCEALED):
            yield Measure(pair, ACCURACY, on)
        for on in ("E1", "E2"):
            yield Measure(pair, RECALL, on)
        yield Measure(pair, FPR, LACKING)
        for quantity in MAP_SCORES:
            for on in (HAVING, "E1", "E2"):
                yield Measure(pair, quantity, on)


def measured(measure: Measure, study: Study, answered: Answered) -> dict[str, FaceValues]:
    """A measure of each network and run that its pair judges, by name."""
    found: dict[str, FaceValues] = {}
    if measure.pair == ALL:
        return {name: answered.errors(name, ATTRIBUTES) for name in study.names}
    pair = study.pairs[measure.pair]
    for name in study.judged_by(measure.pair):
        if measure.quantity in MAP_SCORES:
            values = answered.scores.get((name, measure.pair, measure.quantity))
        else:
            values = answered.accuracy(name, measure.asked, pair.attribute)
        if values is None:
            continue
        if measure.quantity == FPR:
            values = FaceValues(values.seeds, 1 - values.numbers)
        rows = answered.rows(pair).get(measure.on)
        found[name] = values if rows is None else values.only(rows)
    return found
