"""A training whose threads spin while they wait, against one whose threads sleep.

OpenMP's threads spin by default, and so take the cores from whatever else the machine does, and
from each other; with OMP_WAIT_POLICY=PASSIVE they sleep. Trains `nano` on random crops, alone and
beside processes that keep all cores busy, both ways in turns. Run from the root of the
repository, on a machine that does nothing else:

    python benchmarks/threads.py            # print
    python benchmarks/threads.py --write    # and keep in benchmarks/threads.json
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from heed.base.files import write_json
from heed.process.cores import usable_cores

SIZE = 224
IMAGES = 96  # of an epoch
EPOCHS = 4  # the first is not timed
BATCH_SIZE = 16
POLICIES: dict[str, dict[str, str]] = {"spin": {}, "sleep": {"OMP_WAIT_POLICY": "PASSIVE"}}
BUSY = "while True: pass"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep in benchmarks/threads.json")
    parser.add_argument("--rounds", type=int, default=3, help="trainings of each kind")
    parser.add_argument("--train", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.train:
        print(json.dumps(measured()))
        return
    found: dict[tuple[str, str], list[dict[str, float]]] = {}
    for _ in range(arguments.rounds):
        for load, processes in (("alone", 0), ("beside", usable_cores())):
            with busy(processes):
                for policy, variables in POLICIES.items():  # in turns, under one load
                    found.setdefault((load, policy), []).append(training(variables))
    results = [summed_up(load, found) for load in ("alone", "beside")]
    print("            images/s                 images per CPU second")
    print("            spin    sleep   ratio    spin    sleep   ratio")
    for row in results:
        print(
            f"{row['load']:8} {row['spin_images_per_second']:7.1f} "
            f"{row['sleep_images_per_second']:8.1f} {row['ratio']:7.2f} "
            f"{row['spin_images_per_cpu_second']:7.1f} "
            f"{row['sleep_images_per_cpu_second']:8.1f} {row['cpu_ratio']:7.2f}"
        )
    if arguments.write:
        content = {"size": SIZE, "cores": usable_cores(), "rounds": arguments.rounds}
        write_json(content | {"results": results}, Path(__file__).with_suffix(".json"))


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Keep so many cores busy for a while."""
    started = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def training(variables: dict[str, str]) -> dict[str, float]:
    """Train in a process of its own: OpenMP reads its variables when torch is imported."""
    removed = ("OMP_WAIT_POLICY", "OMP_NUM_THREADS", "GOMP_SPINCOUNT")
    environment = {name: value for name, value in os.environ.items() if name not in removed}
    ended = subprocess.run(
        [sys.executable, __file__, "--train"],
        env=environment | variables,
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(ended.stdout)


def measured() -> dict[str, float]:
    """Train for a few epochs; images per second, and per second of this process' CPU time."""
    import numpy as np

    from heed.audit.training import TrainParams, audit_settings
    from heed.networks.catalogue import build
    from heed.training.crops import LabelledCrops
    from heed.training.trainer import train

    rng = np.random.default_rng(0)
    labels = np.where(rng.random((IMAGES, 40)) < 0.3, 1, -1)
    crops = rng.integers(0, 256, (IMAGES, SIZE, SIZE, 3), dtype=np.uint8)
    params = TrainParams(
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        learning_rate=2e-3,
        weight_decay=1e-2,
        flip=True,
        seed=0,
    )
    times: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        train(
            build("nano", outputs=40),
            LabelledCrops(crops, labels),
            LabelledCrops(crops[:1], labels[:1]),
            loss="bce",
            weighting="none",
            settings=audit_settings(params),
            folder=Path(folder) / "training",
            report=lambda epoch, point: times.append((time.perf_counter(), time.process_time())),
        )
    seconds, cpu_seconds = (last - first for first, last in zip(times[0], times[-1], strict=True))
    images = IMAGES * (EPOCHS - 1)
    return {"per_second": images / seconds, "per_cpu_second": images / cpu_seconds}


def summed_up(load: str, found: dict[tuple[str, str], list[dict[str, float]]]) -> dict[str, Any]:
    """Medians over the rounds, and how many times as many images sleeping threads see."""
    row: dict[str, Any] = {"load": load}
    for name in ("per_second", "per_cpu_second"):
        spin, sleep = (median(of[name] for of in found[load, policy]) for policy in POLICIES)
        row[f"spin_images_{name}"], row[f"sleep_images_{name}"] = round(spin, 1), round(sleep, 1)
        row["ratio" if name == "per_second" else "cpu_ratio"] = round(sleep / spin, 2)
    return row


if __name__ == "__main__":
    main()
