"""Stage train: train one network, once for each of its seeds; ``train.py NETWORK``."""

from heed.pipeline.stage import run

import sys
from pathlib import Path

from heed.attention import paths
from heed.attention.run_settings import NetworkParams, PretrainingParams, SeedsParams, load_trained
from heed.attention.training import Pretraining, curves_of
from heed.base.files import write_csv, written_whole
from heed.base.settings import load
from heed.networks.weights import save_weights
from heed.training.checkpoints import keep_until_recorded
from heed.training.settings import LoaderParams


def main() -> None:
    """Write ``data/networks/NETWORK``, weights by seed, and their curves."""
    name = sys.argv[1]
    entry, seeds = load_trained(name), load(SeedsParams).numbers
    trained = Pretraining(
        load(NetworkParams), entry, load(PretrainingParams), load(LoaderParams).workers
    )
    target, points, folders = Path(paths.networks(name)), [], []
    with written_whole(target) as weights:
        weights.mkdir()
        for seed in seeds[: entry.seeds]:
            network, folder, of_seed = trained(name, seed, target)
            save_weights(network, weights / f"{seed}.safetensors")
            points.append((seed, of_seed))
            folders.append(folder)
    for folder in folders:
        keep_until_recorded(folder, target)
    curves = curves_of(points)
    write_csv(curves, paths.curves(name))
    last = curves.groupby("seed").tail(1)["validation/error_rate"]
    print(f"train {name}: validation error {', '.join(f'{error:.1%}' for error in last)}")


if __name__ == "__main__":
    run(main)
