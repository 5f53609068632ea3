"""All figures that show numbers: which tables each of them is drawn from."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import pandas as pd
from matplotlib.figure import Figure

from heed.audit.figures.amr_and_error import draw_amr_and_error
from heed.audit.figures.amr_by_correctness import draw_amr_by_correctness
from heed.audit.figures.amr_by_label import draw_amr_by_label
from heed.audit.figures.amr_by_model import draw_amr_by_model
from heed.audit.figures.attribute_distribution import draw_attribute_distribution
from heed.audit.figures.attribute_intervals import draw_attribute_intervals
from heed.audit.figures.border_mass import draw_border_mass
from heed.audit.figures.catalogue import of_kind
from heed.audit.figures.class_gap import draw_class_gap
from heed.audit.figures.empty_maps import draw_empty_maps
from heed.audit.figures.evidence_amr import draw_evidence_amr
from heed.audit.figures.evidence_and_bias import draw_evidence_and_bias
from heed.audit.figures.kl_distance import draw_kl_distance
from heed.audit.figures.mask_overlap import draw_mask_overlap
from heed.audit.figures.mask_versions import draw_mask_versions, wide_by_version
from heed.audit.figures.size_correction import draw_size_correction
from heed.figures.picture_grid import note

ONE_VERSION: Final = "These crops have one version of the masks only; there is no other to compare."


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables of a run, as the stages write them.

    Attributes:
        amr: wide, as :func:`heed.audit.tables.layout.wide_table` returns it.
        attributes: numbers of faces with and without each attribute.
        errors: error rates per model and attribute.
        groups: means per model, metric, group and attribute.
        kl: KL distances between average maps.
        mask_versions: scores per model, version of the masks (text) and attribute.
        mask_overlap: agreement of each version with the reference (both text).
    """

    amr: pd.DataFrame
    attributes: pd.DataFrame
    errors: pd.DataFrame
    groups: pd.DataFrame
    kl: pd.DataFrame
    mask_versions: pd.DataFrame
    mask_overlap: pd.DataFrame


def drawings(tables: Tables, threshold: float, version: str) -> dict[str, Callable[[], Figure]]:
    """What draws each figure that shows numbers, by name, with the tables already in it.

    Args:
        tables: of the run; attributes come in the order of ``tables.attributes``, the most
            balanced first.
        threshold: the ``score.threshold`` of the AMR.
        version: the ``mask.version`` of the AMR.

    Returns:
        Functions without arguments, so that the figures can be drawn one after the other, in
        the order of the catalogue.

    Raises:
        ValueError: if these are not the figures of the catalogue; or if a table lacks
            something.
    """
    amr, groups, attributes = tables.amr, tables.groups, tables.attributes
    order = attributes["attribute"].tolist()
    amr_and_error = partial(
        draw_amr_and_error,
        amr,
        threshold=threshold,
        groups=groups,
        imbalance=order,
        errors=tables.errors,
    )
    versions = wide_by_version(tables.mask_versions)
    overlap = tables.mask_overlap
    alone = partial(note, ONE_VERSION) if overlap.empty else None
    reference = next(iter(overlap["reference"]), version)
    drawn: dict[str, Callable[[], Figure]] = {
        "attribute_distribution": partial(draw_attribute_distribution, attributes),
        "amr_and_error_by_imbalance": partial(amr_and_error, order="imbalance"),
        "amr_and_error_by_error": partial(amr_and_error, order="error"),
        "amr_and_error_by_amr": partial(amr_and_error, order="amr"),
        "amr_by_correctness": partial(draw_amr_by_correctness, amr, groups),
        "amr_by_label": partial(draw_amr_by_label, amr, groups),
        "amr_by_model": partial(draw_amr_by_model, amr, groups),
        "kl_distance": partial(draw_kl_distance, tables.kl, order),
        "size_correction": partial(draw_size_correction, groups, order),
        "mask_versions": partial(draw_mask_versions, versions, order),
        "class_gap": partial(draw_class_gap, groups, order),
        "evidence_and_bias": partial(draw_evidence_and_bias, groups, order),
        "empty_maps": partial(draw_empty_maps, groups, attributes),
        "border_mass": partial(draw_border_mass, groups, order),
        "evidence_amr": alone
        or partial(draw_evidence_amr, tables.mask_versions, version, reference),
        "mask_overlap": alone or partial(draw_mask_overlap, overlap),
        "attribute_intervals": partial(draw_attribute_intervals, groups, order),
    }
    listed = [entry.name for entry in of_kind("numbers")]
    if set(drawn) != set(listed):
        raise ValueError(
            "heed.audit.figures: number_figures and catalogue differ: listed but not drawn: "
            f"{', '.join(sorted(set(listed) - set(drawn))) or 'none'}; drawn but not listed: "
            f"{', '.join(sorted(set(drawn) - set(listed))) or 'none'}. Add them to the other"
        )
    return {name: drawn[name] for name in listed}
