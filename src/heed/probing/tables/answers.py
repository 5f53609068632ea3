"""All tables of the stage answers, from what the stages before it have stored."""

from pathlib import Path
from typing import Final

import pandas as pd

from heed.base.errors import InputError
from heed.metrics.estimates import Estimate
from heed.probing.attribute_groups import EXPRESSION, GEOMETRY, GROUPS, SOFT
from heed.probing.schema import COUNTS
from heed.probing.settings import AnswersParams
from heed.probing.tables.agreement import agreement_table
from heed.probing.tables.audit_link import audit_correlations, audit_table
from heed.probing.tables.baselines import baselines_table
from heed.probing.tables.best_units import (
    attributes_table,
    averages_table,
    best_estimates,
    best_units,
    with_depth_share,
)
from heed.probing.tables.by_depth import (
    depth_table,
    encoding_table,
    layers_table,
    undefined_table,
)
from heed.probing.tables.contrasts import contrast_table, losses_over_controls, losses_table
from heed.probing.tables.controls import controls_table
from heed.probing.tables.face_counts import face_counts_table
from heed.probing.tables.faces_and_trainings import Bootstrap, estimates
from heed.probing.tables.few_units import few_units_table, fewest_table
from heed.probing.tables.published import ordered
from heed.probing.tables.recognition import recognition_table
from heed.probing.tables.silencing import drop_by_layer, silencing_table
from heed.probing.tables.vip import (
    correlations,
    example_table,
    histogram_table,
    steps_table,
    vip_table,
)

MULTITASK_STREAM: Final = 2
"""Of the resamples of the multitask baseline, which is compared with nothing by difference."""


def answer_tables(
    params: AnswersParams,
    *,
    recognition: pd.DataFrame,
    probes: pd.DataFrame,
    vip: pd.DataFrame,
    histogram: pd.DataFrame,
    silenced: pd.DataFrame,
    baseline: pd.DataFrame,
    audit: str | Path,
    bootstrap: Bootstrap,
) -> dict[str, pd.DataFrame]:
    """The tables by name; see the modules beside this one.

    Args:
        params: which networks, and what counts as readable and as near.
        recognition: columns of :mod:`heed.probing.schema`, as all that follow.
        probes: of all networks.
        vip: of those that have it.
        histogram: likewise.
        silenced: likewise.
        baseline: of the multitask network.
        audit: folder of the audit's tables.
        bootstrap: how intervals are made.

    Raises:
        ValueError: a network that params name has no probes.
    """
    networks = params.probed
    if without := [name for name in networks if name not in set(probes["network"])]:
        raise InputError(
            f"answers: found no probes of the network {without[0]}; expected those of "
            f"{', '.join(networks)}: run the stage that probes it, or take it out of answers"
        )
    attributes = ordered(list(dict.fromkeys(probes["attribute"])))
    probes = with_depth_share(probes)
    best = best_units(probes)
    found = best_estimates(best, networks, attributes, bootstrap)
    of_layers = {network: found[network, "layer"][1] for network in networks}
    of_attributes = attributes_table(best, found, attributes, params.networks, bootstrap)
    averages = averages_table(found, attributes, params.networks, bootstrap)
    encoding, losses = encoding_table(
        probes,
        best,
        networks,
        attributes,
        readable=params.readable,
        above_chance=params.above_chance,
        bootstrap=bootstrap,
    )
    multitask, of_multitask = _multitask(baseline, probes, attributes, bootstrap)
    controls, controls_by_attribute = controls_table(found, params.controls, attributes, bootstrap)
    projections = correlations(vip)
    link = audit_table(encoding, params.audit, audit)
    return {
        "recognition": recognition_table(recognition, params.networks, bootstrap),
        "attributes": of_attributes,
        "averages": averages,
        "multitask": multitask,
        "baselines": baselines_table(averages, of_multitask, bootstrap),
        "depth": depth_table(probes),
        "face_counts": face_counts_table(probes),
        "layers": layers_table(probes),
        "encoding": encoding,
        "losses": losses_table(losses, attributes, GROUPS, bootstrap),
        "losses_over_controls": losses_over_controls(
            losses, params.controls, attributes, GROUPS, bootstrap
        ),
        "contrasts": pd.concat(
            [
                contrast_table("accuracy", of_layers, attributes, SOFT, GEOMETRY, bootstrap),
                contrast_table(
                    "loss",
                    losses,
                    attributes,
                    EXPRESSION,
                    [name for name in attributes if name not in EXPRESSION],
                    bootstrap,
                ),
            ],
            ignore_index=True,
        ),
        "few_units": few_units_table(found, networks, params.near, bootstrap),
        "fewest": fewest_table(found, networks, attributes, params.near),
        "controls": controls,
        "controls_by_attribute": controls_by_attribute,
        "vip": vip_table(projections, list(params.networks), attributes, bootstrap),
        "vip_steps": steps_table(vip),
        "vip_example": example_table(vip, projections),
        "vip_histogram": histogram_table(histogram),
        "silencing": silencing_table(silenced, attributes, bootstrap),
        "silencing_by_layer": drop_by_layer(silenced),
        "agreement": agreement_table(of_attributes, encoding, params.networks, bootstrap),
        "audit": link,
        "audit_correlations": audit_correlations(link, bootstrap),
        "undefined": undefined_table(probes),
    }


def _multitask(
    baseline: pd.DataFrame,
    probes: pd.DataFrame,
    attributes: list[str],
    bootstrap: Bootstrap,
) -> tuple[pd.DataFrame, tuple[Estimate, Estimate] | None]:
    """The baseline by attribute, and as estimates; it is tested on the probes' test faces.

    It knows attributes that no probe could be formed for. Beside others they are left out, so that
    means of it and of probes are over the same attributes.
    """
    if baseline.empty:
        return pd.DataFrame(columns=["attribute", "accuracy", "balanced_accuracy"]), None
    counts = [name for name in COUNTS if name in probes.columns]
    faces = probes.groupby("attribute")[counts].first() if counts else pd.DataFrame()
    probed = set(probes.loc[probes["accuracy"].notna(), "attribute"])
    if probed:
        baseline = baseline[baseline["attribute"].isin(probed)]
    rows = baseline.join(faces, on="attribute") if counts else baseline
    seeds = sorted(rows["seed"].unique())
    found = estimates(rows, attributes, bootstrap, seeds=seeds, stream=MULTITASK_STREAM)
    columns: dict[str, object] = {"attribute": attributes}
    for name, each in zip(("accuracy", "balanced_accuracy"), found, strict=True):
        low, high = each.interval(bootstrap.confidence)
        columns |= {name: each.mean, f"{name}_low": low, f"{name}_high": high}
    return pd.DataFrame(columns), found
