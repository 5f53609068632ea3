"""Faithfulness of all outputs of a network beside that of one, with the passes that each takes.

Hiding a cell does not depend on the output: 49 cells of an image are 50 passes, whether one output
is asked about or 40. Random weights and images; the two networks differ in their last layer alone,
and are timed in turns, in seconds of one core: what else the machine does does not count. Run from
the root of the repository:

    python benchmarks/faithfulness.py            # print
    python benchmarks/faithfulness.py --write    # and keep in benchmarks/faithfulness.json
"""

import argparse
import time
from typing import Any

import numpy as np
import torch
from machine import record

from heed.metrics.perturbing.faithfulness import faithfulness
from heed.metrics.perturbing.perturbations import Perturbations
from heed.networks.catalogue import build

OUTPUTS = 40
SIZE = 224
CELLS = (7, 7)
IMAGES = {"nano": 4, "resnet18": 1}
REPEATS = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep in benchmarks/faithfulness.json")
    write = parser.parse_args().write
    torch.set_num_threads(1)
    measured = {name: measure(name, images) for name, images in IMAGES.items()}
    for name, of in measured.items():
        print(
            f"{name:9} {of['passes']} passes: one output {of['seconds_one_output']:.2f} s, "
            f"{OUTPUTS} outputs {of['seconds_all_outputs']:.2f} s, ratio {of['ratio']:.3f}"
        )
    if write:
        setting = {"size": SIZE, "cells": list(CELLS), "outputs": OUTPUTS, "repeats": REPEATS}
        record(__file__, "cpu", setting, ("torch", "numpy"), measured)


def measure(name: str, images: int) -> dict[str, Any]:
    """The shortest of a few runs each."""
    torch.manual_seed(0)
    pixels = torch.rand(images, 3, SIZE, SIZE)
    rng = np.random.default_rng(0)
    networks = {outputs: build(name, outputs=outputs).eval() for outputs in (1, OUTPUTS)}
    maps = {outputs: rng.normal(size=(images, outputs, *CELLS)) for outputs in networks}
    passes: dict[int, int] = {}

    def run(outputs: int) -> float:
        start = time.process_time()
        asked = Perturbations(networks[outputs], pixels, CELLS)
        faithfulness(maps[outputs], asked)
        passes[outputs] = asked.passes
        return time.process_time() - start

    for outputs in networks:
        run(outputs)
    times: dict[int, list[float]] = {outputs: [] for outputs in networks}
    for _ in range(REPEATS):
        for outputs in networks:
            times[outputs].append(run(outputs))
    assert len(set(passes.values())) == 1
    one, every = (min(times[outputs]) for outputs in (1, OUTPUTS))
    return {
        "images": images,
        "passes": passes[1],
        "seconds_one_output": round(one, 3),
        "seconds_all_outputs": round(every, 3),
        "ratio": round(every / one, 3),
    }


if __name__ == "__main__":
    main()
