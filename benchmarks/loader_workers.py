"""CPU use over the time of a training, with one loader worker and with n.

Chavannes & Rutishauser 2021, figures 5.1 and 5.2. Trains `nano` on jittered crops out of drawn
photographs and notes, some times a second, how many cores the training's own process keeps busy,
and how many the processes that read images for it (params.yaml of studies/affact: loader.workers).
What other programs do is noted too, for it slows the training: run it from the root of the
repository, on a machine that does nothing else:

    python benchmarks/loader_workers.py            # print
    python benchmarks/loader_workers.py --write    # and keep it as loader_workers.json and .png
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from matplotlib.figure import Figure

from heed.base.files import write_json
from heed.figures.theme import COLUMN_WIDTH, NEGATIVE_COLOUR, POSITIVE_COLOUR, png, theme
from heed.process.cores import usable_cores

SIZE = 224
IMAGES = 256  # of an epoch
EPOCHS = 4
BATCH_SIZE = 16
INTERVAL = 0.25  # seconds from one measurement to the next
DPI = 150

NUMBERS = {"one": "5.1", "n": "5.2"}
"""Figures of the report, by how many workers there are."""


def named(workers: int) -> str:
    return "one loader worker" if workers == 1 else f"{workers} loader workers"


def caption(workers: int) -> str:
    """What one of the two panels shows."""
    return (
        f"CPU use over the time of a training with {named(workers)}: cores that the training "
        "keeps busy, on top of them those that the loader workers keep busy, and in grey those of "
        "all other programs. Dashed: the cores that there are. Dotted: ends of epochs."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the numbers and the figure")
    parser.add_argument("--workers", type=int, default=max(2, usable_cores()), help="n")
    parser.add_argument("--train", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--faces", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.train is not None:
        print(json.dumps(measured(arguments.faces, arguments.train)))
        return
    with tempfile.TemporaryDirectory() as folder:
        faces = Path(folder, "faces")
        draw_faces(faces)
        rows = [training(faces, workers) for workers in (1, arguments.workers)]
    print("workers  images/s  cores busy: training  workers  other programs")
    for row in rows:
        print(
            f"{row['workers']:7} {row['images_per_second']:9.1f} {row['training_cores']:21.2f} "
            f"{row['worker_cores']:8.2f} {row['other_cores']:15.2f}"
        )
    if arguments.write:
        content = {"size": SIZE, "batch_size": BATCH_SIZE, "cores": usable_cores()}
        target = Path(__file__).with_suffix(".json")
        write_json(content | {"interval_seconds": INTERVAL, "results": rows}, target)
        target.with_suffix(".png").write_bytes(png(draw(rows, usable_cores()), DPI))


def draw_faces(folder: Path) -> None:
    """Drawn photographs, as the study has them."""
    from heed.synthetic.dataset import write_collection
    from heed.synthetic.studio import Recipe

    recipe = Recipe(IMAGES, BATCH_SIZE, 1, 4.0, 3.0, 1.0, 0.7, seed=0)
    write_collection(recipe, folder, workers=usable_cores(), with_evidence=False)


def training(faces: Path, workers: int) -> dict[str, Any]:
    """Train in a process of its own, whose threads sleep while they wait, as in a stage."""
    environment = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    ended = subprocess.run(
        [sys.executable, __file__, "--train", str(workers), "--faces", str(faces)],
        env=environment | {"OMP_WAIT_POLICY": "PASSIVE"},
        stdout=subprocess.PIPE,
        check=True,
    )
    row: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return row


class CpuUse(threading.Thread):
    """Notes the cores that this process, its children and all others keep busy, until it ends."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.points: list[tuple[float, ...]] = []
        self._over = threading.Event()

    def run(self) -> None:
        own = psutil.Process()
        start = before = time.perf_counter()
        spent: dict[int, float] = {}
        machine = busy_seconds()
        while not self._over.wait(INTERVAL):
            now = time.perf_counter()
            cores = [0.0, 0.0]
            for process in [own, *own.children(recursive=True)]:
                try:
                    times = process.cpu_times()
                except psutil.NoSuchProcess:
                    continue
                total = times.user + times.system
                cores[process.pid != own.pid] += total - spent.get(process.pid, total)
                spent[process.pid] = total
            total = busy_seconds()
            cores.append(max(0.0, total - machine - sum(cores)))
            self.points.append((now - start, *(cpu / (now - before) for cpu in cores)))
            before, machine = now, total

    def end(self) -> list[tuple[float, ...]]:
        """Seconds since the start; cores of this process, of its children, of all others."""
        self._over.set()
        self.join()
        return self.points[1:]  # of the first there is nothing to subtract from


def busy_seconds() -> float:
    """Seconds that all cores together have been busy since the machine started."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system)


def measured(faces: Path, workers: int) -> dict[str, Any]:
    """Train for a few epochs, and note the use of the processor."""
    import yaml

    from heed.affact.augmentation import Augmentation
    from heed.affact.partition_photographs import photographs
    from heed.celeba.inventory import take_inventory
    from heed.celeba.settings import DataParams
    from heed.geometry.settings import CropParams
    from heed.networks.catalogue import build
    from heed.training.settings import TrainingSettings
    from heed.training.trainer import train

    study = Path(__file__).parents[1] / "studies/affact/params.yaml"
    params = yaml.safe_load(study.read_text(encoding="utf-8"))
    data = DataParams.model_validate(params["data"] | {"root": str(faces)})
    crop = CropParams.model_validate(params["crop"] | {"size": SIZE})
    augmentation = Augmentation.model_validate(params["augmentation"])
    table = take_inventory(faces, data.images).table
    images, few = (
        photographs(table, partition, data, crop, augmentation, seed=0)
        for partition in ("train", "validation")
    )
    settings = params["networks"]["affact"]["training"]
    settings |= {"epochs": EPOCHS, "batch_size": BATCH_SIZE}
    ends: list[float] = []
    use = CpuUse()
    start = time.perf_counter()
    use.start()
    with tempfile.TemporaryDirectory() as folder:
        train(
            build("nano", outputs=40),
            images,
            few,
            loss="bce",
            weighting="none",
            settings=TrainingSettings.model_validate(settings),
            folder=Path(folder) / "training",
            report=lambda epoch, point: ends.append(time.perf_counter() - start),
            loader_workers=workers,
        )
        points = use.end()
    # Without the first epoch, in which the processes start.
    busy = np.array([point for point in points if ends[0] < point[0] <= ends[-1]])
    cores = busy[:, 1:].mean(axis=0).round(2).tolist()
    return {
        "workers": workers,
        "images_per_second": round(IMAGES * (EPOCHS - 1) / (ends[-1] - ends[0]), 1),
        **dict(zip(("training_cores", "worker_cores", "other_cores"), cores, strict=True)),
        "ends_of_epochs": [round(end, 2) for end in ends],
        # Seconds; cores of the training, of its workers, of others.
        "seconds_cores": [[round(value, 2) for value in point] for point in points],
    }


def draw(rows: list[dict[str, Any]], cores: int) -> Figure:
    """Draw the use of the processor over time, a panel for each training.

    Args:
        rows: as :func:`measured` makes them.
        cores: that the training could use.
    """
    with theme():
        figure = Figure(figsize=(2 * COLUMN_WIDTH, 2.2), layout="constrained")
        panels = figure.subplots(1, len(rows), sharex=True, sharey=True)
        for panel, number, row in zip(panels, NUMBERS.values(), rows, strict=True):
            seconds, *busy = np.array(row["seconds_cores"]).T
            panel.stackplot(
                seconds,
                *busy,
                labels=["the training", "loader workers", "other programs"],
                colors=[POSITIVE_COLOUR, NEGATIVE_COLOUR, "0.85"],
                linewidth=0,
            )
            panel.axhline(cores, color="black", linewidth=0.8, linestyle="--")
            for end in row["ends_of_epochs"]:
                panel.axvline(end, color="0.4", linewidth=0.6, linestyle=":")
            processes = named(row["workers"])
            panel.set_title(f"{number}: {processes}, {row['images_per_second']:.0f} images/s")
            panel.set_xlabel("seconds")
        panels[0].set_ylabel("cores busy")
        panels[0].set_ylim(bottom=0)
        panels[0].set_xlim(left=0)
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=3, frameon=False)
    return figure


if __name__ == "__main__":
    main()
