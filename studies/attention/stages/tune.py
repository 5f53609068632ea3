"""Stage tune: fine-tune the networks of all seeds in one way; ``tune.py RUN``."""

from heed.pipeline.stage import run

import sys
from pathlib import Path

from heed.attention import paths
from heed.attention.maps_settings import MapsParams
from heed.attention.plans import read_pairs
from heed.attention.run_settings import SeedsParams, TuningParams, load_run
from heed.attention.training import curves_of
from heed.attention.tuning import Tuning
from heed.base.files import write_csv, written_whole
from heed.base.settings import load
from heed.geometry.settings import CropParams
from heed.networks.weights import save_weights
from heed.training.checkpoints import keep_until_recorded
from heed.training.settings import LoaderParams


def main() -> None:
    """Write ``data/networks/RUN``, weights by seed, and their curves."""
    name = sys.argv[1]
    tuned = Tuning(
        load_run(name),
        read_pairs(paths.guided(name)),
        load(TuningParams),
        load(MapsParams),
        load(CropParams),
        load(LoaderParams).workers,
    )
    target, points, folders = Path(paths.networks(name)), [], []
    with written_whole(target) as weights:
        weights.mkdir()
        for seed in load(SeedsParams).numbers:
            network, folder, of_seed = tuned(name, seed, target)
            save_weights(network, weights / f"{seed}.safetensors")
            points.append((seed, of_seed))
            folders.append(folder)
    for folder in folders:
        keep_until_recorded(folder, target)
    curves = curves_of(points)
    write_csv(curves, paths.curves(name))
    last = curves.groupby("seed").tail(1)["validation/error_rate"]
    print(f"tune {name}: validation error {', '.join(f'{error:.1%}' for error in last)}")


if __name__ == "__main__":
    run(main)
