"""What a network answers on every set, and where its maps lie: one pass over the test faces."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from heed.attention import paths
from heed.attention.examples import Examples
from heed.attention.explained import METHOD, explaining
from heed.attention.faces import Faces
from heed.attention.map_scores import AttributeScores, RegionScores, known_mean
from heed.attention.maps_settings import MapsParams
from heed.attention.networks import AnyNetwork, stored_network, weights_of
from heed.attention.plans import Pairs, read_pairs
from heed.attention.run_settings import EvaluateParams
from heed.attention.schema import COLUMNS, CONCEALED, PLACES, TEST, Kind
from heed.base.files import write_table, written_whole
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.devices import device_named
from heed.explain.forward import Explained, logits_of
from heed.explain.stream import stream
from heed.geometry.settings import CropParams
from heed.guidance.concealed import concealed
from heed.masks.settings import MaskParams
from heed.metrics.error_rates import error_rates
from heed.metrics.scores import contribution_share

BLOCK: Final = 256
"""Faces that are concealed, and in memory, at once."""


@dataclass(frozen=True)
class Judge:
    """Judges networks on the test faces.

    Attributes:
        faces: of the test partition.
        pairs: whose regions maps are held against.
        crop: how crops were made.
        maps: where maps are taken.
        version: of the masks of all attributes.
        params: what is judged.
    """

    faces: Faces
    pairs: Pairs
    crop: CropParams
    maps: MapsParams
    version: str
    params: EvaluateParams

    def judge(
        self, network: AnyNetwork, title: str
    ) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, dict[str, NDArray[Any]]]:
        """Judge one network.

        Args:
            network: on any device.
            title: shown at the progress line.

        Returns:
            Its rows of the tables of :mod:`heed.attention.schema`, without run and seed, and the
            arrays of :meth:`heed.attention.examples.Examples.arrays`.
        """
        faces, params = self.faces, self.params
        some = faces.spread(params.faces)
        explainer, grid = explaining(network, faces.crops[:1], self.maps)
        of_pairs = [
            RegionScores(name, pair, faces, self.crop, grid, params.threshold)
            for name, pair in self.pairs.items()
        ]
        shown = [
            Examples(name, pair, faces, self.crop, grid, params.examples)
            for name, pair in self.pairs.items()
        ]
        of_attributes = AttributeScores(faces, some, self.version, grid, params.threshold)
        logits = np.empty((len(faces), len(ATTRIBUTES)), np.float32)
        contribution = np.empty_like(logits)
        total = len(faces) + len(CONCEALED) * len(some)
        with tqdm(total=total, unit="face", desc=title) as progress:

            def store(chunk: slice, found: Explained) -> None:
                rows = np.arange(len(faces))[chunk]
                logits[chunk], contribution[chunk] = found.logits, found.contribution
                maps = found.maps[METHOD]
                for each in of_pairs:
                    each.add(rows, maps)
                for example in shown:
                    example.add(rows, maps, found.logits)
                of_attributes.add(rows, maps, found.logits)
                progress.update(len(rows))

            device = next(network.parameters()).device
            everyone = np.arange(len(faces))
            stream(explainer, faces.crops, everyone, params.batch_size, store, device)
            decisions = [decided(TEST, faces.names, logits)]
            for kind in CONCEALED:
                found = []
                for crops in self._concealed(kind, some):
                    found.append(logits_of(network, crops, params.batch_size))
                    progress.update(len(crops))
                decisions.append(decided(kind, faces.names[some], np.concatenate(found)))
        rates = error_rates(logits, faces.labels)
        attributes = of_attributes.table()
        shares = contribution_share(logits, contribution if explainer.affine else logits * np.nan)
        attributes["contribution"] = known_mean(shares)
        for name in ("error_rate", "fnr", "fpr", "balanced_error_rate"):
            attributes[name] = getattr(rates, name)
        return (
            pd.concat(decisions, ignore_index=True),
            pd.concat([each.table() for each in of_pairs], ignore_index=True),
            attributes,
            {key: value for each in shown for key, value in each.arrays().items()},
        )

    def _concealed(self, kind: str, rows: NDArray[np.intp]) -> Iterator[NDArray[np.uint8]]:
        """Crops of some faces with part of them concealed, block by block."""
        for start in range(0, len(rows), BLOCK):
            block = rows[start : start + BLOCK]
            yield concealed(kind, self.faces.crops[block], self.faces.landmarks[block])


def decided(name: str, images: NDArray[Any], logits: NDArray[np.float32]) -> pd.DataFrame:
    """Rows of ``decisions`` of one set."""
    table = pd.DataFrame(logits, columns=[f"logit.{attribute}" for attribute in ATTRIBUTES])
    table.insert(0, "set", name)
    table.insert(1, "image", images)
    return table


def evaluate(
    name: str, crop: CropParams, maps: MapsParams, mask: MaskParams, params: EvaluateParams
) -> str:
    """Judge all networks of an entry, and write what was found.

    Args:
        name: of ``networks`` or ``runs``.
        crop: how crops were made.
        maps: where maps are taken.
        mask: the version that maps of all attributes are held against.
        params: what is judged.

    Returns:
        A sentence.
    """
    faces, pairs = Faces.read("test"), read_pairs(paths.judged(name))
    judge = Judge(faces, pairs, crop, maps, mask.version, params)
    tables: dict[Kind, list[pd.DataFrame]] = {kind: [] for kind in COLUMNS}
    examples: dict[str, NDArray[Any]] = {}
    files = weights_of(name)
    for file in files:
        network = stored_network(file).to(device_named("auto"))
        *found, arrays = judge.judge(network, f"evaluate {name} {file.stem}")
        examples = examples or arrays
        for kind, table in zip(tables, found, strict=True):
            tables[kind].append(table.assign(run=name, seed=int(file.stem)))
    write_all(name, tables, examples)
    errors = pd.concat(tables["attributes"])["error_rate"]
    return f"{len(faces)} test faces, {len(files)} networks; error {errors.mean():.1%}"


def write_all(
    name: str, tables: dict[Kind, list[pd.DataFrame]], examples: dict[str, NDArray[Any]]
) -> None:
    """Write the tables and the examples of one entry."""
    for kind, columns in COLUMNS.items():
        write_table(pd.concat(tables[kind], ignore_index=True)[columns], PLACES[kind](name))
    with written_whole(Path(paths.examples(name))) as partial, partial.open("wb") as file:
        np.savez(file, allow_pickle=False, **examples)
