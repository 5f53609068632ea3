"""What Heed adds to the five questions: is the mask wrong, and what makes maps empty."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any, Final

import pandas as pd

from heed.audit.page.sections import Row, Section, row
from heed.metrics.estimates import OVERALL
from heed.metrics.scores import uniform_border_share
from heed.pages.number import Direction, Number, printed, told
from heed.pages.wording import grouped, listed, networks, sentence

EVIDENCE: Final = "evidence"

BORDER: Final[dict[Direction, str]] = {
    "up": "more of the energy than {}",
    "down": "less of the energy than {}",
    "equal": "as much of the energy as {}",
    "unclear": "not clearly more or less of the energy than {}",
    "missing": "an unknown share of the energy",
}
"""How much of the maps' energy lies in the border cells, held against that of a uniform map."""


def mask_or_classifier(
    versions: pd.DataFrame,
    overlap: pd.DataFrame,
    audited: str,
    gaps: Mapping[str, Number] | None = None,
) -> Section:
    """Does a low AMR blame the classifier or the mask?

    Args:
        versions: ``metrics/tables/mask_versions.csv``; the column ``version`` as text.
        overlap: ``metrics/tables/mask_overlap.csv``; likewise.
        audited: the version of the masks behind the page's other numbers.
        gaps: the PE gaps with the evidence, by network or pair of networks; none for photographs.
    """
    overall = versions[versions["attribute"] == OVERALL]
    fit = overlap[overlap["attribute"] == OVERALL].set_index("version")["iou"]
    reference = str(next(iter(overlap["reference"]), audited))  # the one version, compared to none
    clauses = []
    if fit.notna().any():
        best = [str(version) for version in fit.index if fit[version] == fit.max()]
        others = [
            f"{printed(fit[version], 'share')} for version {version}"
            for version in fit.index
            if version not in best
        ]
        clauses.append(
            f"of the masks, {'versions' if len(best) > 1 else 'version'} {listed(best)} "
            f"{'fit' if len(best) > 1 else 'fits'} {_called(reference)} best, with a mean IoU of "
            f"{printed(fit.max(), 'share')}" + (f" against {listed(others)}" if others else "")
        )
    if gaps and audited != EVIDENCE:
        told_gaps = [f"{told(gap, 'share', signed=True)} for {of}" for of, gap in gaps.items()]
        clauses.append(
            f"the headline is told with {_called(audited)}; with the evidence the PE gap is "
            f"{listed(told_gaps)}"
        )
    cases = _cases(versions, audited, reference)
    if cases:
        masks, truth = _called(audited), _called(reference)
        clauses += [
            f"normalised AMR is below the mean both against {masks} and against {truth}, which "
            f"speaks against the classifier, {listed([of.low_in_both for of in cases])}",
            f"normalised AMR is below the mean against {masks} only, which speaks against the "
            "mask, "
            f"{listed([of.low_in_mask for of in cases])}",
        ]
    if reference != EVIDENCE and fit.notna().any():
        clauses.append(
            "photographs have no evidence, so whether a mask or the classifier is wrong is not told"
        )
    rows = [
        row(f"{name}, {_called(str(version))}", str(model), Number(value), "share")
        for name, column in (("AMR", "amr"), ("Normalised AMR", "amr_normalised"))
        for version, model, value in overall.sort_values("version", kind="stable")[
            ["version", "model", column]
        ].itertuples(index=False)
    ]
    rows += [
        Row(f"Mean IoU with {_called(reference)}", _called(str(version)), printed(iou, "share"))
        for version, iou in fit.items()
    ]
    return Section(
        "masks",
        "Is the mask wrong, or the classifier?",
        "Masks",
        sentence(clauses or ["no mask could be held against another"]),
        rows=rows,
        figures=(
            "evidence_amr", "amr_scale", "mask_overlap", "mask_versions", "masks_1", "masks_2",
            "masks_3", "size_correction",
        ),
    )  # fmt: skip


def bias_and_empty_maps(audit: Mapping[str, Any], groups: pd.DataFrame) -> Section:
    """How much of a decision looks at no pixel, and how much of a map lies beside the face.

    Args:
        audit: the content of ``metrics/audit.json``.
        groups: ``metrics/tables/groups.csv``.
    """
    chosen = (groups["group"] == "all") & (groups["attribute"] == OVERALL)
    border = groups[chosen & (groups["metric"] == "border_share")].set_index("model")
    shares, empty, without, inside, uniform, rows = [], [], [], {}, {}, []
    for model, of_model in audit["models"].items():
        bias, none = Number.of(of_model["bias_share"]), Number.of(of_model["empty_rate"])
        if isnan(bias.value):
            without.append(model)
        else:
            shares.append(f"{told(bias, 'percent')} of a decision of {networks([model])}")
        empty.append(f"{told(none, 'percent')} for {networks([model])}")
        edge = Number(*border.loc[model, ["mean", "low", "high"]])
        inside[model], uniform[model] = edge, uniform_border_share(of_model["cells"])
        rows += [
            row("Share of the bias in the decision", model, bias, "percent"),
            row("Empty maps", model, none, "percent"),
            row("Energy in the border cells", model, edge, "percent"),
        ]
    bias_clauses = []
    if shares:
        bias_clauses.append(f"the bias, which looks at no pixel, makes up {listed(shares)}")
    if without:
        bias_clauses.append(
            f"what the bias makes up is not defined for {networks(without)}, whose "
            f"{'head is' if len(without) == 1 else 'heads are'} not affine"
        )
    edges = []
    for share in dict.fromkeys(uniform.values()):  # networks of one grid share a clause
        of_grid = {m: edge.direction(share) for m, edge in inside.items() if uniform[m] == share}
        for direction, names in grouped(of_grid).items():
            held = BORDER[direction].format(
                f"the {printed(share, 'percent')} that they hold in a uniform map"
            )
            found = [f"{told(inside[model], 'percent')} for {networks([model])}" for model in names]
            edges.append(f"the border cells hold {held}: {listed(found)}")
    return Section(
        "bias",
        "Bias, empty maps, borders",
        "Bias",
        sentence(
            [
                *bias_clauses,
                f"of the maps, {listed(empty)} are empty",
                *edges,
            ]
        ),
        rows=rows,
        figures=("contribution_and_bias", "empty_maps", "border_mass", "corner_failures"),
    )  # fmt: skip


def _called(version: str) -> str:
    return "the evidence" if version == EVIDENCE else f"masks {version}"


@dataclass(frozen=True)
class _Cases:
    """In how many attributes of a network which is to blame, in words."""

    low_in_both: str
    low_in_mask: str


def _cases(versions: pd.DataFrame, audited: str, reference: str) -> list[_Cases]:
    """Attributes low in both, and low against the mask only, per network.

    Low is below the mean of normalised AMR over all attributes and networks, as in the figure
    ``evidence_amr``: AMR itself follows the size of mask and evidence. Empty where the reference
    is not the evidence, or the audit's masks are it, or one of the two was not scored.
    """
    attributes = versions[versions["attribute"] != OVERALL]
    if (
        reference != EVIDENCE
        or audited == reference
        or not {audited, reference} <= set(attributes["version"])
    ):
        return []
    wide = attributes.pivot_table(
        index=["model", "attribute"],
        columns="version",
        values="amr_normalised",
        dropna=False,
        sort=False,
    )
    mask, truth = wide[audited], wide[reference]
    known = mask.notna() & truth.notna()
    low, low_truth = mask < mask.mean(), truth < truth.mean()
    found = []
    for model in dict.fromkeys(attributes["model"]):
        of_model = known & (wide.index.get_level_values("model") == model)
        n = int(of_model.sum())
        both, only = (
            int((of_model & low & low_truth).sum()),
            int((of_model & low & ~low_truth).sum()),
        )
        found.append(
            _Cases(
                f"in {both} of {n} attributes for {networks([model])}",
                f"in {only} of {n} attributes for {networks([model])}",
            )
        )
    return found
