"""Where an attribute becomes readable, and whether the classifier's map of it lies in the mask."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.base.names import readable
from heed.figures.drawn_numbers import keep_points
from heed.figures.point_labels import label_points
from heed.figures.theme import theme
from heed.metrics.correlation import rank_correlation
from heed.probing.attribute_groups import group_of
from heed.probing.figures.catalogue import figure
from heed.probing.figures.panels import GROUP_COLOURS, legend_of_groups, panels
from heed.probing.tables.audit_link import SCORES

NAMED = 12


@figure(
    "depth_and_maps",
    kind="numbers",
    title="Readable depth and maps",
    caption=(
        "Each dot is an attribute of a classifier of the audit: the depth from which on whole "
        "layers let it be read, and the mean score of the classifier's maps of it. Attributes of "
        "one group share a colour."
    ),
    needs=("audit",),
    place="11",
)
def draw_depth_and_maps(audit: pd.DataFrame) -> Figure:
    """Draw a row per classifier and a column per score.

    Args:
        audit: of :func:`heed.probing.tables.audit_link.audit_table`.

    Returns:
        A figure as wide as a page's text.
    """
    networks = list(dict.fromkeys(audit["network"]))
    with theme():
        drawn, grid = panels(len(SCORES), len(networks), 2.8)
        written = []
        for row, network in zip(grid, networks, strict=False):
            for panel, (score, label) in zip(row, SCORES.items(), strict=True):
                own = audit[audit["network"] == network]
                own = own.dropna(subset=["readable_depth", score])
                points = np.stack([100 * own["readable_depth"], own[score]], axis=1)
                points = points.astype(np.float64)
                colours = [GROUP_COLOURS[group_of(name)] for name in own["attribute"]]
                panel.scatter(points[:, 0], points[:, 1], s=10, c=colours, linewidths=0, zorder=3)
                names = [readable(name) for name in own["attribute"]]
                keep_points(panel, readable(network), points, names)
                r = rank_correlation(*points.T)
                panel.set_title(f"{readable(network)}: rank correlation {r:.2f}")
                panel.set_xlabel("readable from this depth on (% of the network)")
                panel.set_ylabel(f"mean {label}")
                if len(points):
                    width = np.ptp(points, axis=0).clip(1e-9)
                    far = (np.abs(points - np.median(points, axis=0)) / width).sum(axis=1)
                    order = np.argsort(-far, kind="stable")
                    written.append((panel, points, [(int(n), names[n]) for n in order]))
        legend_of_groups(drawn, map(group_of, audit["attribute"]))
        for panel, points, named in written:
            label_points(panel, points, named, most=NAMED)
    return drawn
