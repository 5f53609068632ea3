"""Tables as the stages of the study hand them on, of networks that nobody has trained.

They have a structure that the answers must find: guided runs find more faces of E2 than the control
and their maps lie more in the region; the IoU loss does most; test accuracy hardly changes, and of
the other attributes AMR falls a little.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from heed.attention import paths
from heed.attention.run_settings import PairParams, RunParams, TrainedParams
from heed.attention.schema import COLUMNS, CONCEALED, TEST
from heed.attention.tables.answers import answer_tables
from heed.attention.tables.face_values import Bootstrap
from heed.attention.tables.study import Study
from heed.base.partitions import PARTITIONS
from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from tests.attention.changed_params import STUDY

FACES = 400
SEEDS = (0, 1, 2)
SIDE, CELLS = 64, 7

PARAMS = yaml.safe_load((STUDY / "params.yaml").read_text())

MADE_UP = Study(
    networks={name: TrainedParams(**entry) for name, entry in PARAMS["networks"].items()},
    runs={name: RunParams(**entry) for name, entry in PARAMS["runs"].items()},
    pairs={name: PairParams(**entry) for name, entry in PARAMS["pairs"].items()},
    start=PARAMS["tuning"]["start"],
)
"""The networks, runs and pairs of the study's params.yaml."""

BOOTSTRAP = Bootstrap(resamples=200, seed=0, confidence=0.95)

E2_RECALL = {"plain": 0.55, "bce": 0.57, "mouth_only": 0.6, "mixture": 0.6, "lipstick_iou": 0.8,
             "lipstick_centre": 0.7, "lipstick_energy": 0.72, "cheekbones_iou": 0.7,
             "chin_iou": 0.58}  # fmt: skip
ENERGY = {name: recall - 0.3 for name, recall in E2_RECALL.items()}


def seeds_of(study: Study, name: str, seeds: Sequence[int] = SEEDS) -> Sequence[int]:
    """The first seed alone where an entry of networks says so."""
    network = study.networks.get(name)
    return seeds[: network.seeds] if network and network.seeds else seeds


def faces(count: int = FACES) -> pd.DataFrame:
    """Test faces, of which most that have a pair's attribute have its confounder too."""
    rng = np.random.default_rng(1)
    labels = np.where(rng.random((count, len(ATTRIBUTES))) < 0.4, 1, -1).astype(np.int8)
    for pair in MADE_UP.pairs.values():
        own, other = (ATTRIBUTE_INDEX[name] for name in (pair.attribute, pair.confounder))
        follows = rng.random(count) < 0.8
        labels[follows, other] = labels[follows, own]
    table = pd.DataFrame(labels, columns=list(ATTRIBUTES))
    table.insert(0, "image", [f"{row:06d}.jpg" for row in range(1, count + 1)])
    table.insert(1, "partition", PARTITIONS.index(TEST))
    table.insert(2, "identity", pd.array(np.arange(count) // 2, "Int64"))
    return table


def decisions(
    study: Study, table: pd.DataFrame, name: str, seeds: Sequence[int] = SEEDS
) -> pd.DataFrame:
    """Logits of one network or run: right in nine of ten, on E2 less often."""
    labels = table[list(ATTRIBUTES)].to_numpy(np.float64)
    found = []
    for seed in seeds_of(study, name, seeds):
        # The draws of a face are those of all networks: what one gets right most others do too.
        rng = np.random.default_rng([7, seed])
        shift = np.random.default_rng([seed, len(name)]).normal(0, 0.01)
        luck = rng.random(labels.shape)
        limit = np.full(labels.shape, 0.9 + shift)
        for pair in study.pairs.values():
            own, other = (ATTRIBUTE_INDEX[each] for each in (pair.attribute, pair.confounder))
            alone = (labels[:, own] > 0) & (labels[:, other] < 0)
            judged = any(pair.attribute == each for each in study.own_attributes(name))
            recall = E2_RECALL.get(name, 0.7) if judged or name not in study.guided else 0.57
            limit[alone, own] = recall + shift
        right = luck < limit
        logits = (np.where(right, labels, -labels) * (0.5 + luck)).astype(np.float32)
        for of_set in (TEST, *CONCEALED):
            rows = slice(None) if of_set == TEST else slice(None, None, 4)
            own = pd.DataFrame(logits[rows], columns=[f"logit.{each}" for each in ATTRIBUTES])
            own.insert(0, "image", table["image"].to_numpy()[rows])
            own.insert(0, "set", of_set)
            own.insert(0, "seed", seed)
            own.insert(0, "run", name)
            found.append(own)
    return pd.concat(found, ignore_index=True)[COLUMNS["decisions"]]


def regions(
    study: Study, table: pd.DataFrame, name: str, seeds: Sequence[int] = SEEDS
) -> pd.DataFrame:
    found = []
    for seed in seeds_of(study, name, seeds):
        shift = np.random.default_rng([seed, len(name)]).normal(0, 0.01)
        for pair_name in study.pairs_of(name):
            own = table[table[study.pairs[pair_name].attribute] > 0]
            luck = np.random.default_rng(seed).normal(0, 0.08, len(own))
            energy = np.clip(ENERGY.get(name, 0.4) + shift + luck, 0, 1)
            rows = {
                "run": name, "seed": seed, "pair": pair_name, "image": own["image"].to_numpy(),
                "proportional_energy": energy, "amr": energy * 0.8, "iou": energy * 0.5,
                "cell_iou": energy * 0.6, "empty": energy < 0.05,
            }  # fmt: skip
            found.append(pd.DataFrame(rows))
    return pd.concat(found, ignore_index=True)[COLUMNS["regions"]]


def attributes(study: Study, name: str, seeds: Sequence[int] = SEEDS) -> pd.DataFrame:
    found = []
    for seed in seeds_of(study, name, seeds):
        rng = np.random.default_rng([seed, len(name)])
        start = 0.3 + 0.4 * np.arange(len(ATTRIBUTES)) / len(ATTRIBUTES)
        drop = 0.03 if name in study.guided else 0.0
        led = np.isin(ATTRIBUTES, study.own_attributes(name))
        amr = np.where(led, start + 0.2, start - drop) + rng.normal(0, 0.01, len(ATTRIBUTES))
        rows = {
            "run": name, "seed": seed, "attribute": ATTRIBUTES, "faces": 100, "amr": amr,
            "proportional_energy": amr * 0.9, "empty": 0,
            "contribution": 0.7 + rng.normal(0, 0.02, len(ATTRIBUTES)), "error_rate": 0.1,
            "fnr": 0.2, "fpr": 0.05, "balanced_error_rate": 0.125,
        }  # fmt: skip
        found.append(pd.DataFrame(rows))
    return pd.concat(found, ignore_index=True)[COLUMNS["attributes"]]


def examples(
    study: Study, name: str, images: np.ndarray[Any, Any] | None = None
) -> dict[str, np.ndarray[Any, Any]]:
    """Two faces of E1 and two of E2 of each pair; the map is a blob above or in the region."""
    found: dict[str, np.ndarray[Any, Any]] = {}
    rows, columns = np.mgrid[:CELLS, :CELLS].astype(np.float64)
    for pair in study.pairs_of(name):
        height = 3 + 2 * (name in study.guided)
        blob = np.exp(-((rows - height) ** 2 + (columns - 3) ** 2) / 2)
        faces = np.full((4, SIDE, SIDE, 3), 150, np.uint8) if images is None else images[:4]
        side = faces.shape[1]
        box = np.array([[0.3, 0.6], [0.7, 0.6], [0.7, 0.8], [0.3, 0.8]]) * side
        pixels = np.kron(blob, np.ones((side // CELLS + 1,) * 2))[:side, :side]
        found |= {
            f"{pair}/images": faces,
            f"{pair}/names": np.array([f"{row:06d}.jpg" for row in range(1, 5)]),
            f"{pair}/sets": np.array(["E1", "E1", "E2", "E2"]),
            f"{pair}/logits": np.array([2.0, 1.0, -0.5 + (name in study.guided), 0.3], np.float32),
            f"{pair}/maps": np.tile(blob, (4, 1, 1)).astype(np.float32),
            f"{pair}/corners": np.tile(box, (4, 1, 1, 1)),
            f"{pair}/average": (pixels / pixels.max()).astype(np.float32),
            f"{pair}/placement": np.array([[side / CELLS, side / CELLS / 2 - 0.5]] * 2),
        }
    return found


def answered(
    study: Study = MADE_UP, seeds: Sequence[int] = SEEDS, count: int = FACES
) -> dict[str, pd.DataFrame]:
    """All tables of the stage answers."""
    table = faces(count)
    return answer_tables(
        study,
        decisions=pd.concat([decisions(study, table, name, seeds) for name in study.names]),
        regions=pd.concat([regions(study, table, name, seeds) for name in study.names]),
        attributes=pd.concat([attributes(study, name, seeds) for name in study.names]),
        faces=table,
        bootstrap=BOOTSTRAP,
    )


def write(folder: Path, study: Study = MADE_UP, seeds: Sequence[int] = SEEDS) -> None:
    """What the stages answers, figures and report read, in a folder of the study."""
    table = faces()
    put(table, folder / paths.FACES)
    for name in study.names:
        put(decisions(study, table, name, seeds), folder / paths.decisions(name))
        put(regions(study, table, name, seeds), folder / paths.regions(name))
        put(attributes(study, name, seeds), folder / paths.attributes(name))
        file = folder / paths.examples(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as opened:
            np.savez(opened, allow_pickle=False, **examples(study, name))


def put(table: pd.DataFrame, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    table.to_parquet(file)


def with_runs(study: Study, runs: Mapping[str, RunParams]) -> Study:
    return Study(study.networks, dict(runs), study.pairs, study.start)
