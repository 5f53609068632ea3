"""Tables of what differs, attribute by attribute: between two groups, and between two models."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.audit.tables.estimates import Estimates
from heed.audit.tables.quantities import DIFFERENCES, GAPS, difference, pairs, quantities
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.estimates import OVERALL, Estimate
from heed.metrics.paired_tests import holm, signed_rank_p


def gaps_table(
    estimates: Mapping[str, Estimates], order: NDArray[np.int64], confidence: float
) -> pd.DataFrame:
    """The gaps between two groups of faces of each model, per attribute.

    Args:
        estimates: by name of the model, made with one seed.
        order: of the attributes, as indices.
        confidence: of the intervals.

    Returns:
        Columns ``model``, ``gap`` (see :data:`~heed.audit.tables.quantities.GAPS`),
        ``attribute``; ``n``, the faces of the smaller group; ``value``, its interval ``low`` and
        ``high`` over persons and trainings; ``p``, two-sided, and ``p_holm``, corrected for the
        attributes tested together. Attributes of fewer faces than count have no p-value. In
        the :data:`OVERALL` row ``value`` is the mean over the attributes that count, ``n`` their
        number, and ``p`` that of Wilcoxon's signed-rank test over them.
    """
    numbers = {name: quantities(of_model) for name, of_model in estimates.items()}
    parts = []
    for name, of_model in numbers.items():
        for gap in GAPS:
            pool = [other[gap] for other in numbers.values()]
            part = _rows(of_model[gap], pool, order, confidence)
            parts.append(pd.DataFrame({"model": name, "gap": gap} | part))
    return pd.concat(parts, ignore_index=True)


def differences_table(
    estimates: Mapping[str, Estimates], order: NDArray[np.int64], confidence: float
) -> pd.DataFrame:
    """The differences between each pair of models, per attribute.

    Args: as :func:`gaps_table`.

    Returns:
        Columns ``difference`` (``<second>_minus_<first>``), ``quantity``, ``attribute`` and the
        others of :func:`gaps_table`; without rows for a single model.
    """
    numbers = {name: quantities(of_model) for name, of_model in estimates.items()}
    parts = []
    for pair, (first, second) in pairs(numbers).items():
        for quantity in DIFFERENCES:
            apart, pool = difference(numbers, first, second, quantity)
            part = _rows(apart, pool, order, confidence)
            parts.append(pd.DataFrame({"difference": pair, "quantity": quantity} | part))
    if not parts:
        columns = ("attribute", "n", "value", "low", "high", "p", "p_holm")
        return pd.DataFrame(columns=["difference", "quantity", *columns])
    return pd.concat(parts, ignore_index=True)


def _rows(
    estimated: Estimate, pool: Sequence[Estimate], order: NDArray[np.int64], confidence: float
) -> dict[str, Any]:
    low, high = estimated.interval(confidence, pool)
    overall_low, overall_high = estimated.overall_interval(confidence, pool)
    counted = estimated.counted
    p = np.where(counted, estimated.p_values(pool), np.nan)
    return {
        "attribute": [*(ATTRIBUTES[index] for index in order), OVERALL],
        "n": np.append(estimated.n[order], counted.sum()),
        "value": np.append(estimated.mean[order], estimated.overall),
        "low": np.append(low[order], overall_low),
        "high": np.append(high[order], overall_high),
        "p": np.append(p[order], signed_rank_p(estimated.mean[counted])),
        "p_holm": np.append(holm(p)[order], np.nan),
    }
