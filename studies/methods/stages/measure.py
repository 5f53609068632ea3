"""Stage measure: maps of networks of one level, measured; ``measure.py LEVEL SEEDS``."""

from heed.pipeline.stage import run

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from heed.base.arrays import StoredImages
from heed.base.files import write_table, written_whole
from heed.base.settings import load
from heed.explain.forward import logits_of
from heed.methods import paths
from heed.methods.networks import load_saved
from heed.methods.run_settings import load_level
from heed.methods.scoring import long_table, maps_of, score_network, scored_rows, subject_of
from heed.methods.settings import ScoreParams
from heed.methods.tested_images import ImagesOfTest, trained_seeds


def main() -> None:
    """Write the scores, the logits of all test images, and maps of a few."""
    name, entry = sys.argv[1:]
    level, folder, params = load_level(name), paths.networks(name, entry), load(ScoreParams)
    table = pd.read_parquet(paths.TABLE)
    shown, masks = (
        ImagesOfTest(StoredImages(paths.IMAGES), table),
        np.load(paths.MASKS, mmap_mode="r"),
    )
    test = shown.table
    scores, predictions = [], []
    seeds = trained_seeds(folder)
    work = [(seed, epoch) for seed in seeds for epoch in [*epochs_of(folder, seed), None]]
    for seed, epoch in tqdm(work, unit="network", desc=f"measure {name}"):
        network = load_saved(paths.weights(folder, seed, epoch))
        asked = params if epoch is None else params.along_training
        rows = scored_rows(test, asked.images)
        fixed = {
            "run": f"{name}/{seed}",
            "factor": level.factor,
            "level": name,
            "seed": seed,
            "epoch": -1 if epoch is None else epoch,
        }
        scored = score_network(network, shown, masks, rows, asked)
        scores.append(long_table(scored, test, rows, asked, **fixed))
        logits = [
            logits_of(network, shown[list(range(start, min(start + 256, len(test))))])[:, 0]
            for start in range(0, len(test), 256)
        ]
        of_run = {"image": test["image"].to_numpy(object), "class": test["label"].to_numpy()}
        predictions.append(pd.DataFrame({**fixed, **of_run, "logit": np.concatenate(logits)}))
    write_table(pd.concat(scores, ignore_index=True), paths.scores(name, entry))
    write_table(pd.concat(predictions, ignore_index=True), paths.predictions(name, entry))
    first = load_saved(paths.weights(folder, seeds[0]))
    rows = scored_rows(test, -(-params.examples // 2))[: params.examples]
    subject = subject_of(first, shown[rows], masks[rows], params)
    kept = {"images": subject.images, "masks": subject.masks, "logits": subject.logits}
    for method, maps in maps_of(subject, params):
        kept[method] = np.rint(255 * maps).astype(np.uint8)
    with written_whole(paths.examples(name, entry)) as partial, partial.open("wb") as examples:
        np.savez(examples, allow_pickle=False, **kept)
    print(f"measure {name}: {len(work)} networks, {len(params.methods)} methods")


def epochs_of(folder: str, seed: int) -> list[int]:
    """The epochs of a training whose weights are kept."""
    return sorted(int(file.stem) for file in Path(folder, str(seed)).glob("*.safetensors"))


if __name__ == "__main__":
    run(main)
