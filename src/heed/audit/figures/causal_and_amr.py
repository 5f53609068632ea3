"""Where the networks look beside what they use: normalised AMR and the moves of logits."""

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.audit.figures.catalogue import figure
from heed.base.errors import InputError
from heed.base.names import readable
from heed.figures.attribute_dots import title_panels
from heed.figures.drawn_numbers import keep_points
from heed.figures.point_labels import label_points
from heed.figures.theme import TEXT_WIDTH, model_colours, theme
from heed.metrics.correlation import rank_correlation
from heed.metrics.estimates import OVERALL

MOVES: Final = {
    "flip": "Attribute flipped: move of its logit",
    "top_less_random": "Top cells deleted: fall beyond random cells",
}
"""What is drawn, the first that the table has: photographs have no flips."""

EVIDENCE: Final = "evidence"

_LABELLED = 10


def draw_causal_and_amr(causal: pd.DataFrame, versions: pd.DataFrame, version: str) -> Figure:
    """Draw a scatter plot per network and kind of mask: a dot for each attribute.

    Args:
        causal: columns ``model``, ``metric``, ``attribute``, ``mean``.
        versions: columns ``model``, ``version`` (text), ``attribute``, ``amr_normalised``.
        version: of the masks in use; a second row of panels has the evidence, where there is one.

    Raises:
        ValueError: if the table of moves has nothing to draw.
    """
    move = next((name for name in MOVES if (causal["metric"] == name).any()), None)
    if move is None:
        raise InputError(f"the table of causal checks has no row of {', '.join(MOVES)}")
    models = list(dict.fromkeys(causal["model"]))
    against = [version, *({EVIDENCE} & set(versions["version"]) - {version})]
    colours = model_colours(models)
    with theme():
        size = TEXT_WIDTH, 0.3 + len(against) * (0.75 * TEXT_WIDTH / max(len(models), 2) + 0.35)
        drawn = Figure(figsize=size, layout="constrained")
        panels = drawn.subplots(len(against), len(models), squeeze=False, sharex="row", sharey=True)
        named = []
        for line, masks in zip(panels, against, strict=True):
            titles = []
            for panel, model in zip(line, models, strict=True):
                points = points_of(causal, versions, model, move, masks)
                values = points.to_numpy(np.float64)
                panel.axhline(0, color="0.8", linewidth=0.6)
                panel.scatter(*values.T, s=11, color=colours[model], linewidths=0, zorder=3)
                keep_points(panel, model, values, [readable(str(name)) for name in points.index])
                panel.set_xlabel(f"Normalised AMR against {_called(masks)}")
                rank = rank_correlation(values[:, 0], values[:, 1])
                titles.append(f"{model}: rank correlation {rank:+.2f}".replace("-", "\u2212"))
                named.append((panel, points, values))
            line[0].set_ylabel(f"{MOVES[move]}\n(standard deviations)")
            title_panels(drawn, list(line), titles)
        for panel, points, values in named:
            spread = np.maximum(values.std(axis=0), 1e-9) if len(values) else 1.0
            far = np.hypot(*((values - values.mean(axis=0)) / spread).T) if len(values) else []
            names = [(int(row), readable(str(points.index[row]))) for row in np.argsort(far)[::-1]]
            label_points(panel, values, names, most=_LABELLED)
    return drawn


def points_of(
    causal: pd.DataFrame, versions: pd.DataFrame, model: str, move: str, masks: str
) -> pd.DataFrame:
    """Normalised AMR and one kind of move of each attribute that has both.

    Returns:
        Columns ``amr`` and ``move``, by attribute.
    """
    moved = causal[(causal["model"] == model) & (causal["metric"] == move)]
    looked = versions[(versions["model"] == model) & (versions["version"] == masks)]
    both = pd.DataFrame(
        {
            "amr": looked.set_index("attribute")["amr_normalised"],
            "move": moved.set_index("attribute")["mean"],
        }
    )
    return both.drop(index=OVERALL, errors="ignore").dropna()


def _called(version: str) -> str:
    return "the evidence" if version == EVIDENCE else f"masks {version}"


@figure(
    "causal_and_amr",
    kind="numbers",
    place="own.13",
    title="Where the networks look and what they use",
    caption=(
        "Each dot is an attribute: normalised AMR says whether the maps lie where they should, the "
        "move of the logit, in its standard deviations, whether the network uses what is there: "
        "how far it follows a flip of the attribute in the drawn face (for photographs, how much "
        "more it falls by deleting the map's top cells than by deleting as many at random). Above: "
        "against the masks in use; below: against the evidence, where there is one. Attributes "
        "whose scale has no range are left out."
    ),
    needs=("causal", "mask_versions", "version"),
)
def _of_run(causal: pd.DataFrame, mask_versions: pd.DataFrame, version: str) -> Figure:
    return draw_causal_and_amr(causal, mask_versions, version)
