"""Every attribute in every layer, as colours."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.base.names import readable
from heed.figures.drawn_numbers import keep_row_marks
from heed.figures.theme import theme
from heed.probing.figures.catalogue import figure
from heed.probing.figures.panels import BALANCED_LABEL, panels

_ROW = 0.135  # inches: forty fill three quarters of a page


@figure(
    "attribute_by_depth",
    kind="numbers",
    title="Attributes by depth",
    caption=(
        "Test balanced accuracy of every attribute read from every whole layer; attributes in the "
        "order of Table 5.2 of the thesis, layers in that of execution. Dots mark the layer with "
        "the highest validation accuracy, which most seeds choose. Empty cells are not defined."
    ),
    needs=("layers", "encoding", "networks"),
    place="3",
)
def draw_attribute_by_depth(
    layers: pd.DataFrame, encoding: pd.DataFrame, networks: Sequence[str]
) -> Figure:
    """Draw a panel per network with a row per attribute and a column per layer.

    Args:
        layers: of :func:`heed.probing.tables.by_depth.layers_table`.
        encoding: of :func:`heed.probing.tables.by_depth.encoding_table`.
        networks: the panels.

    Returns:
        A figure as wide as a page's text.
    """
    attributes = list(dict.fromkeys(encoding["attribute"]))
    shown = layers[layers["network"].isin(list(networks))]
    highest = 100 * float(shown["balanced_accuracy"].max()) if len(shown) else 100.0
    with theme():
        drawn, grid = panels(len(networks), 1, 0.9 + _ROW * len(attributes), same_y=True)
        image = None
        for panel, network in zip(grid[0] if grid else [], networks, strict=False):
            own = shown[shown["network"] == network]
            depths = sorted(own["depth"].unique())
            table = own.pivot_table(
                index="attribute", columns="depth", values="balanced_accuracy", dropna=False
            )
            values = 100 * table.reindex(index=attributes, columns=depths).to_numpy(np.float64)
            image = panel.imshow(
                values, aspect="auto", cmap="viridis", vmin=50, vmax=highest,
                interpolation="nearest",
            )  # fmt: skip
            chosen = encoding[encoding["network"] == network].set_index("attribute")
            names = dict(zip(own["layer"], own["depth"], strict=True))
            best = chosen["best_layer"].reindex(attributes).map(names)
            places = pd.Index(depths).get_indexer(best)
            rows = np.flatnonzero(places >= 0)
            panel.plot(places[rows], rows, ".", color="white", markersize=2.5)
            for layer, depth in names.items():
                keep_row_marks(panel, str(layer), values[:, depths.index(depth)])
            steps = max(1, len(depths) // 6)
            panel.set_xticks(range(0, len(depths), steps), [f"{d:g}" for d in depths[::steps]])
            panel.set_yticks(range(len(attributes)), [readable(name) for name in attributes])
            panel.set_xlabel("layer")
            panel.set_title(readable(network))
            panel.grid(visible=False)
        if image is not None:
            drawn.colorbar(image, ax=grid[0], label=BALANCED_LABEL, shrink=0.5, aspect=30)
    return drawn
