"""PLS of 40 targets on more features than memory holds, and beside scikit-learn.

There are as many features as VGG16's first convolution has (64 x 224 x 224), of 2,048 samples, made
block by block from a seed: positive parts of 64 directions and noise. Each part runs in a process
of its own, for the sake of its peak memory. Run from the root of the repository:

    python benchmarks/pls.py            # print; a quarter of an hour on two cores
    python benchmarks/pls.py --write    # and keep in benchmarks/pls.json
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import numpy as np
from machine import peak_memory, record, seconds
from numpy.typing import NDArray

from heed.pls.blocks import WIDTH, ArrayBlocks, Block
from heed.pls.dual import COMPONENTS, Fit, fit
from heed.pls.gram import Gram, gram
from heed.pls.passes import fit_by_passes
from heed.pls.projection import Draw, Projection, project

SAMPLES: Final = 2048
FEATURES: Final = 64 * 224 * 224
SIDE_BY_SIDE: Final = 8 * WIDTH  # scikit-learn takes about 3 GB with these
TARGETS: Final = 40
DIRECTIONS: Final = 64  # more than components, of falling size, as layers have them


class DrawnFeatures:
    """Features that no file holds: each block is made from its place and a seed."""

    samples = SAMPLES

    def __init__(self, features: int = FEATURES) -> None:
        self.features = features
        rng = np.random.default_rng(0)
        sizes = 3 / np.sqrt(1 + np.arange(DIRECTIONS))
        self.directions = (rng.normal(size=(SAMPLES, DIRECTIONS)) * sizes).astype(np.float32)
        self._noise = rng.standard_normal((SAMPLES, 3 * WIDTH), dtype=np.float32)

    def targets(self) -> NDArray[np.float64]:
        """(n, 40) -1 or 1: sides of mixtures of the directions, a tenth of them wrong."""
        rng = np.random.default_rng(1)
        sides = self.directions @ rng.normal(size=(DIRECTIONS, TARGETS))
        wrong = rng.random(sides.shape) < 0.1
        return np.where((sides > np.median(sides, axis=0)) ^ wrong, 1.0, -1.0)

    def blocks(self) -> Iterator[Block]:
        for start in range(0, self.features, WIDTH):
            stop = min(start + WIDTH, self.features)
            rng = np.random.default_rng([2, start])
            loadings = rng.standard_normal((DIRECTIONS, stop - start), dtype=np.float32)
            offset = rng.integers(2 * WIDTH)
            block = self.directions @ loadings
            block += self._noise[:, offset : offset + stop - start]
            yield slice(start, stop), np.maximum(block, 0, out=block)


def read(features: DrawnFeatures) -> None:
    for _ in features.blocks():
        pass


def paper_size(_: int) -> dict[str, Any]:
    """All 3,211,264 features: what one reading, the Gram matrix, fits and scores take."""
    features = DrawnFeatures()
    targets = features.targets()
    found: dict[str, Any] = {"features": FEATURES}
    found["making_the_features_s"] = seconds(partial(read, features))
    grams: list[Gram] = []
    fits: list[Fit] = []
    found["gram_s"] = seconds(lambda: grams.append(gram(features, precision="float32")))
    for count in (1, TARGETS):
        fits.clear()
        fitting = seconds(lambda: fits.append(fit(grams[0], targets[:, :count])))  # noqa: B023
        draws = [Draw(fits[0])]
        projecting = seconds(partial(project, draws, features, precision="float32"))
        found[f"targets_{count}"] = {
            "fit_s": fitting,
            "vip_and_weights_s": projecting,
            "total_s": found["gram_s"] + fitting + projecting,
        }
    return found | {"peak_GiB": peak_memory() / 2**30}


def beside_scikit_learn(size: int) -> dict[str, Any]:
    """The same features as an array in memory; scikit-learn fits one target after the other."""
    from sklearn.cross_decomposition import PLSRegression

    drawn = DrawnFeatures(size)
    targets = drawn.targets()
    x = np.hstack([block for _, block in drawn.blocks()])
    del drawn
    blocks = ArrayBlocks(x)
    found: dict[str, Any] = {"features": size, "scikit_learn_timed_targets": 1}
    results: dict[str, tuple[Fit, Projection]] = {}

    def ours(precision: Any) -> None:
        fitted = fit(gram(blocks, precision=precision), targets)
        (projected,) = project([Draw(fitted)], blocks, precision=precision)
        results[precision] = fitted, projected

    for precision in ("float32", "float64"):
        found[f"{precision}_s"] = seconds(partial(ours, precision))
    found["gram_float32_s"] = seconds(lambda: gram(blocks, precision="float32"))
    found["one_target_by_passes_float32_s"] = seconds(
        lambda: fit_by_passes(blocks, [None], [targets[:, 0]], precision="float32")
    )
    # A multiply-add of passes in those of a Gram matrix: heed.pls.routes.MATRIX_VECTOR.
    found["matrix_vector"] = (found["one_target_by_passes_float32_s"] / (2 * COMPONENTS)) / (
        found["gram_float32_s"] / (SAMPLES / 2)
    )
    oracle = PLSRegression(COMPONENTS, scale=False)
    found["scikit_learn_s"] = TARGETS * seconds(lambda: oracle.fit(x, targets[:, 0]))
    for precision, (fitted, projected) in results.items():
        scores, wanted = fitted.scores[0], oracle._x_scores
        signs = np.sign((scores * wanted).sum(axis=0))
        squares = (oracle.x_weights_**2) @ fitted.explained[0] / fitted.explained[0].sum()
        found[precision] = {
            "ratio": found["scikit_learn_s"] / found[f"{precision}_s"],
            "scores_differ_by": _relative(scores * signs, wanted),
            "vip_differs_by": _relative(projected.vip[0], np.sqrt(size * squares)),
            "predictions_differ_by": float(
                np.abs(
                    fitted.predicted(fitted.scores)[0]
                    - (targets[:, 0].mean() + wanted @ oracle.y_loadings_[0])
                ).max()
            ),
        }
    return found | {"peak_GiB": peak_memory() / 2**30}


def _relative(found: NDArray[Any], expected: NDArray[Any]) -> float:
    """Largest difference, in the largest value of each column."""
    return float((np.abs(found - expected) / np.abs(expected).max(axis=0)).max())


PARTS: Final = {"paper_size": paper_size, "beside_scikit_learn": beside_scikit_learn}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="keep in benchmarks/pls.json")
    parser.add_argument("--part", choices=PARTS, help="measure this alone, and print JSON")
    parser.add_argument(
        "--beside",
        type=int,
        default=SIDE_BY_SIDE,
        help="features beside scikit-learn (%(default)s)",
    )
    told = parser.parse_args()
    if told.part:
        print(json.dumps(PARTS[told.part](told.beside)))
        return
    measured = {}
    for part in PARTS:
        command = [sys.executable, __file__, "--part", part, "--beside", str(told.beside)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        measured[part] = json.loads(done.stdout)
        print(part, json.dumps(measured[part], indent=2))
    if told.write:
        setting = {"samples": SAMPLES, "targets": TARGETS, "components": COMPONENTS, "width": WIDTH}
        record(__file__, "cpu", setting, ["numpy", "scikit-learn"], measured)


if __name__ == "__main__":
    main()
