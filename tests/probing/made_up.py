"""Tables as the stages of the study hand them on, of networks that nobody has trained.

They have a structure that the answers must find: hats and glasses are read early and well, shape
badly; expression is read best in the middle and lost behind it; a single neuron is worse than a
layer; VIP goes with the accuracy of single neurons, and mean activation hardly.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from heed.celeba.attributes import ATTRIBUTES
from heed.probing.attribute_groups import group_of
from heed.probing.settings import AnswersParams
from heed.probing.tables.answers import answer_tables
from heed.probing.tables.faces_and_trainings import Bootstrap

NETWORKS = {"residual": 14, "inverted": 12, "plain": 10}
"""Layers of each."""

CONTROLS = {"untrained": 14, "audited": 14}
KINDS = ("conv", "batch_norm", "activation", "conv", "batch_norm", "sum", "activation")

BEST = {
    "accessories": 0.92, "hair": 0.88, "beard": 0.84, "make-up and skin": 0.85,
    "expression": 0.90, "shape": 0.70, "whole face": 0.87, "other": 0.8,
}  # fmt: skip
PEAK = {"accessories": 0.3, "hair": 0.35, "expression": 0.55}
LOSS = {"expression": 0.15}
UNIT_LOSS = {"layer": 0.0, "channels": 0.03, "channel": 0.06, "neurons": 0.05, "neuron": 0.1}


def probes(
    network: str,
    layers: int,
    seeds: Sequence[int] = (0, 1),
    attributes: Sequence[str] = ATTRIBUTES,
    *,
    shift: float = 0.0,
    counts: bool = True,
) -> pd.DataFrame:
    """What was read from a network's layers.

    Args:
        network: its name.
        layers: how many.
        seeds: of the trainings.
        attributes: which.
        shift: added to all accuracies.
        counts: whether numbers of test faces are told.
    """
    rng = np.random.default_rng([layers, len(network)])
    rows = []
    for seed in seeds:
        for n, attribute in enumerate(attributes):
            group = group_of(attribute)
            positives = 30 + 11 * (n % 20)
            for depth in range(1, layers + 1):
                at = depth / layers
                peak = PEAK.get(group, 0.8)
                rise = min(1.0, at / peak)
                fall = LOSS.get(group, 0.02) * max(0.0, at - peak) / (1 - peak)
                sum_gain = 0.015 if KINDS[(depth - 1) % 7] == "sum" else 0.0
                top = 0.5 + (BEST[group] - 0.5) * rise - fall + sum_gain + shift
                for unit, lost in UNIT_LOSS.items():
                    balanced = np.clip(top - lost * rise + rng.normal(0, 0.01), 0.4, 0.999)
                    undefined = attribute == "Bald" and unit == "channel" and depth == 1
                    validation = np.clip(balanced + rng.normal(0, 0.01), 0, 1)
                    row = {
                        "network": network, "seed": seed, "layer": f"block.{depth}",
                        "depth": depth, "layers": layers, "kind": KINDS[(depth - 1) % 7],
                        "features": 4096,
                        "attribute": attribute, "n": 400 + 2 * n,
                        "components": 0 if unit.startswith("neuron") else 8, "unit": unit,
                        "units": "" if unit == "layer" else "3",
                        "validation": np.nan if undefined else validation,
                        "accuracy": np.nan if undefined else balanced + 0.01,
                        "balanced_accuracy": np.nan if undefined else balanced,
                        "why": "all features are constant" if undefined else "",
                    }  # fmt: skip
                    if counts:
                        row |= {"positives": positives, "negatives": 900 - positives}
                    rows.append(row)
    return pd.DataFrame(rows)


def recognition(network: str, seeds: Sequence[int] = (0, 1)) -> pd.DataFrame:
    start = 0.8 + 0.01 * len(network)
    return pd.DataFrame(
        {
            "network": network, "seed": seed, "identification": start + 0.004 * seed,
            "verification": start + 0.05 - 0.003 * seed, "verification_sd": 0.012,
            "roc_auc": start + 0.09,
        }
        for seed in seeds
    )  # fmt: skip


def vip(
    network: str, layers: int, seeds: Sequence[int] = (0,), attributes: Sequence[str] = ATTRIBUTES
) -> pd.DataFrame:
    rng = np.random.default_rng(layers + 1)
    parts = []
    for seed in seeds:
        for depth in range(2, layers + 1, 4):
            for attribute in attributes:
                score = np.sort(rng.gamma(2.0, 0.5, 50))
                accuracy = 0.5 + 0.1 * score + rng.normal(0, 0.02, 50)
                activation = 0.3 * score + rng.normal(0, 1, 50)
                parts.append(
                    pd.DataFrame(
                        {
                            "network": network, "seed": seed, "layer": f"block.{depth}",
                            "depth": depth, "attribute": attribute, "neuron": np.arange(50),
                            "vip": score, "mean_activation": activation,
                            "accuracy": np.clip(accuracy, 0, 1),
                        }
                    )
                )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def vip_histogram(
    network: str, layers: int, seeds: Sequence[int] = (0,), attributes: Sequence[str] = ATTRIBUTES
) -> pd.DataFrame:
    rng = np.random.default_rng(layers + 2)
    parts = []
    for seed in seeds:
        for depth in range(2, layers + 1, 4):
            for attribute in attributes:
                score = rng.gamma(2.0 + depth / 4, 0.5 / (1 + depth / 8), 1000)
                count, edges = np.histogram(score, bins=20)
                parts.append(
                    pd.DataFrame(
                        {
                            "network": network, "seed": seed, "layer": f"block.{depth}",
                            "depth": depth, "attribute": attribute, "low": edges[:-1],
                            "high": edges[1:], "count": count,
                        }
                    )
                )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def silenced(
    network: str, layers: int, seeds: Sequence[int] = (0,), attributes: Sequence[str] = ATTRIBUTES
) -> pd.DataFrame:
    rng = np.random.default_rng(layers + 3)
    rows = []
    for seed in seeds:
        for percent in (10, 25, 40):
            first = max(1, round(percent / 100 * layers))
            for share in (0.01, 0.05, 0.10):
                for depth in range(first + 1, layers + 1):
                    for attribute in attributes:
                        for unit, more in (("layer", 0.2), ("channels", 0.4), ("neurons", 0.6)):
                            drop = share * more / (depth - first) + rng.normal(0, 0.002)
                            rows.append(
                                {
                                    "network": network, "seed": seed,
                                    "silenced": f"block.{first}", "silenced_depth": percent,
                                    "share": share, "layer": f"block.{depth}", "depth": depth,
                                    "attribute": attribute, "unit": unit,
                                    "accuracy": 0.8 - drop, "drop": drop,
                                }
                            )  # fmt: skip
    return pd.DataFrame(rows)


def baseline(seeds: Sequence[int] = (0,), attributes: Sequence[str] = ATTRIBUTES) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "seed": seed, "attribute": attribute, "accuracy": BEST[group_of(attribute)] + 0.05,
            "balanced_accuracy": BEST[group_of(attribute)] + 0.02,
        }
        for seed in seeds
        for attribute in attributes
    )  # fmt: skip


FEW = (
    "Smiling", "Mouth_Slightly_Open", "Wearing_Hat", "Eyeglasses", "Black_Hair", "Bald", "Big_Nose",
    "Pointy_Nose", "Oval_Face", "Male", "Goatee", "Heavy_Makeup",
)  # fmt: skip

PARAMS = AnswersParams(
    networks={"residual": "resnet50", "inverted": "mobilenetv2", "plain": "vgg16"},
    controls={"untrained": "residual", "audited": "residual"},
    audit={"audited": "balanced"},
    near=0.04,
    readable=0.9,
    above_chance=0.05,
    few_faces=20,
    resamples=100,
    confidence=0.95,
    seed=0,
)
BOOTSTRAP = Bootstrap(PARAMS.resamples, PARAMS.seed, PARAMS.confidence)
SHIFTS = {"untrained": -0.12, "audited": 0.03}


def audited_maps(folder: Path) -> None:
    """The audit's tables of a network ``balanced``: attributes read early have good maps."""
    rank = np.arange(len(FEW)) / len(FEW)
    amr = pd.DataFrame({"attribute": FEW, "balanced_amr": 0.2 + rank / 2})
    amr.to_csv(folder / "amr.csv", index=False)
    energy = pd.DataFrame({"attribute": FEW, "balanced_pe_predicted_positive": 0.9 - rank / 2})
    energy.to_csv(folder / "energy.csv", index=False)


def answered(audit: Path, **other: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """All tables of the stage answers; of some other tables of the stages before."""
    audited_maps(audit)
    layers = {**NETWORKS, **CONTROLS}
    given = {
        "recognition": pd.concat([recognition(name) for name in NETWORKS]),
        "probes": pd.concat(
            [probes(n, d, attributes=FEW, shift=SHIFTS.get(n, 0.0)) for n, d in layers.items()],
            ignore_index=True,
        ),
        "vip": pd.concat([vip(n, d, attributes=FEW) for n, d in NETWORKS.items()]),
        "histogram": pd.concat([vip_histogram(n, d, attributes=FEW) for n, d in NETWORKS.items()]),
        "silenced": pd.concat([silenced(n, d, attributes=FEW) for n, d in NETWORKS.items()]),
        "baseline": baseline(attributes=FEW),
    }
    return answer_tables(PARAMS, **{**given, **other}, audit=audit, bootstrap=BOOTSTRAP)
