"""The figures of the study of AFFACT that show numbers: which tables each is drawn from."""

from collections.abc import Mapping
from functools import partial

import pandas as pd

from heed.affact.figures.catalogue import Drawings, in_order
from heed.affact.figures.error_by_set import draw_error_by_set
from heed.affact.figures.error_rates import ErrorRates
from heed.affact.figures.overall_by_set import draw_overall_by_set
from heed.affact.figures.relative_error import draw_relative_error
from heed.affact.figures.training_curves import draw_training_curves


def number_drawings(
    errors: ErrorRates, baseline: pd.DataFrame, trainings: Mapping[str, pd.DataFrame]
) -> Drawings:
    """What draws each figure that shows numbers, in the order of the catalogue.

    Args:
        errors: of the networks; the first is the measure of the others.
        baseline: columns ``attribute, error`` of the majority class of training.
        trainings: by network its curves, see :mod:`heed.affact.figures.training_curves`.

    Raises:
        ValueError: if these are not the figures of the catalogue.
    """
    first, *others = errors.networks
    drawn: Drawings = {
        f"error_by_set_{name}": partial(draw_error_by_set, errors, name, baseline)
        for name in errors.networks
    }
    drawn |= {
        f"relative_error_{name}": partial(draw_relative_error, errors, first, name)
        for name in others
    }
    drawn["overall_by_set"] = partial(draw_overall_by_set, errors, baseline)
    drawn["training_curves"] = partial(draw_training_curves, trainings)
    networks = {name: errors.stands_for.get(name) for name in errors.networks}
    return in_order(drawn, networks, "numbers")
