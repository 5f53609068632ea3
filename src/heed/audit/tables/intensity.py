"""How intense average maps are beside each other: whether they fade from one group to another.

The intensity of a map is the mean of its pixels, 0..1; that of an average map is the mean over its
faces. A divergence of maps that are divided by their sums cannot see it.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.audit.tables.estimates import Estimates
from heed.audit.tables.permuted import Side
from heed.audit.tables.statistics import compared_pairs
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.estimates import OVERALL, Estimate


def intensity_table(
    estimates: Mapping[str, Estimates], order: NDArray[np.int64], confidence: float
) -> pd.DataFrame:
    """Intensity of the average maps that are compared, and the difference, with intervals.

    The pairs are those of :func:`heed.audit.tables.statistics.kl_table`. The bootstrap is that of
    the group means, so that the difference is of means over the same resamples.

    Args:
        estimates: by name of the classifier, with the score ``intensity``, made with one seed.
        order: of the attributes, as indices.
        confidence: of the intervals.

    Returns:
        Columns ``comparison``, ``p``, ``q``, ``attribute``, ``n_p``, ``n_q``; ``p_mean``,
        ``q_mean`` and ``difference``, the second less the first, each with ``_low`` and ``_high``.
        The last row of each pair, ``OVERALL``, has the mean over the attributes that count in both
        groups (``n_p`` and ``n_q``: faces of all of them). NaN where a group has no face.
    """
    names = [*(ATTRIBUTES[index] for index in order), OVERALL]
    parts = []
    for comparison, p, q in compared_pairs(list(estimates)):
        of_p, of_q = (estimates[model].groups["intensity", group] for model, group in (p, q))
        apart = of_q.less(of_p, same_trainings=p[0] == q[0])
        part = {
            "comparison": comparison,
            "p": "/".join(p),
            "q": "/".join(q),
            "attribute": names,
            "n_p": np.append(of_p.n[order], of_p.n[apart.counted].sum()),
            "n_q": np.append(of_q.n[order], of_q.n[apart.counted].sum()),
        }
        for name, number, pool in (
            ("p_mean", of_p, _all(estimates, p[1])),
            ("q_mean", of_q, _all(estimates, q[1])),
            (
                "difference",
                apart,
                _all(estimates, p[1]) if p[0] != q[0] else _gaps(estimates, p, q),
            ),
        ):
            low, high = number.interval(confidence, pool)
            over = [of.where(apart.counted) for of in pool]
            overall = number.where(apart.counted)
            ends = overall.overall_interval(confidence, over)
            part[name] = np.append(number.mean[order], overall.overall)
            part[f"{name}_low"] = np.append(low[order], ends[0])
            part[f"{name}_high"] = np.append(high[order], ends[1])
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


def _all(estimates: Mapping[str, Estimates], group: str) -> list[Estimate]:
    """Of all classifiers, whose trainings tell how far trainings scatter."""
    return [of_model.groups["intensity", group] for of_model in estimates.values()]


def _gaps(estimates: Mapping[str, Estimates], p: Side, q: Side) -> list[Estimate]:
    sides = zip(_all(estimates, q[1]), _all(estimates, p[1]), strict=True)
    return [of_q.less(of_p, same_trainings=True) for of_q, of_p in sides]
