"""What the plan's setting of the study of methods costs: images that pass a network, and time.

Counted from studies/methods/settings/plan.yaml, for the numbers of images that the plan has. On a
GPU its seconds per image are measured here; without one they are those of the forward pass on an
NVIDIA H200 in benchmarks/explain_cuda.json, and a step of a training is taken to cost as many of
these as it has floating-point operations of theirs. A few steps on the CPU are timed as well, in
seconds of one core: what else the machine does does not count. Run from the root of the repository:

    python benchmarks/methods_plan.py            # print
    python benchmarks/methods_plan.py --write    # and keep in benchmarks/methods_plan.json
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from machine import record, seconds
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from heed.base.settings import load
from heed.methods.randomisation import cascade
from heed.methods.run_settings import load_levels, load_run
from heed.methods.scoring import score_network
from heed.methods.settings import (
    WHOLE,
    AnswersParams,
    RandomisationParams,
    ScoreParams,
    StabilityParams,
    load_seeds,
)
from heed.networks.catalogue import build
from heed.networks.network import Network
from heed.pipeline.use_setting import Study
from heed.small_networks.network import small_network
from heed.small_networks.settings import SmallNetwork

ROOT = Path(__file__).resolve().parents[1]
STUDY = Study(ROOT / "studies/methods", WHOLE, "make methods")
TRAIN, VALIDATION, TEST = (2372, 2421), (66, 93), (661, 754)
"""The plan's images: with glaucoma, and healthy."""

BATCH, REPEATS, IMAGES = 4, 3, 4
NETWORKS = ("resnet18", "resnet34", "resnet50")
Images = dict[str, Counter[str]]
"""How many images go through each network, by ``trained`` (a step) and ``asked`` (a pass)."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep in benchmarks/methods_plan.json")
    parser.add_argument("--device", default="cpu", help="where steps and passes are timed")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    images = STUDY.tried("plan", STUDY.applied("plan", {}), lambda path, _: counted(path))
    networks = {name: build(name, outputs=1) for name in NETWORKS}
    flops = {name: operations(network) for name, network in networks.items()}
    timed = {name: seconds_of(network, arguments.device) for name, network in networks.items()}
    measured = {
        "images": {name: dict(of) for name, of in images.items()},
        "flops_of_an_image": flops,
        "seconds_of_an_image": timed,
        "hours": hours(images, timed),
    }
    if arguments.device == "cpu":
        measured["hours_on_h200_estimated"] = hours(images, of_h200(flops))
    print(json.dumps(measured, indent=2))
    if arguments.write:
        setting = {"train": TRAIN, "validation": VALIDATION, "test": TEST, "batch": BATCH}
        record(__file__, arguments.device, setting, ("torch", "torchvision"), measured)


def counted(path: Path) -> Images:
    """The images that go through the networks of all levels and seeds."""
    score = load(ScoreParams, path)
    seeds = sum(len(numbers) for numbers in load_seeds(path).values())
    each, along = per_image(score), per_image(score.along_training)
    assert score.images is not None, "the plan's setting says of how many images"
    assert score.epoch_images is not None, "the plan's setting says of how many images"
    images: Images = {name: Counter() for name in NETWORKS}
    for level in load_levels(path):
        run = load_run(level, path)
        channels = channels_of(run.network) if "scorecam" in score.methods else 0
        mapped = len(score.methods) + channels
        asked = run.epochs * sum(VALIDATION) + sum(TEST) + score.examples * mapped
        asked += tested(score.images) * (each + channels)
        if level == load(AnswersParams, path).base:
            asked += checks(path, run.network) * mapped
        if run.keep_every is not None:
            kept = 1 + run.epochs // run.keep_every
            asked += kept * (sum(TEST) + tested(score.epoch_images) * along)
        trained = run.epochs * (round(run.positives * TRAIN[0]) + TRAIN[1])
        images[run.network].update(trained=seeds * trained, asked=seeds * asked)
    return images


def tested(per_class: int | None) -> int:
    """How many test images are chosen; None: all."""
    return sum(TEST) if per_class is None else 2 * per_class


def checks(path: Path, network: str) -> int:
    """Maps by each method that the stages randomise and stability make of one network."""
    random, noise = load(RandomisationParams, path), load(StabilityParams, path)
    blocks = sum(1 for _ in cascade(build(network, outputs=1), seed=0))
    return 2 * random.images * (1 + random.draws * blocks) + 2 * noise.images * (1 + noise.draws)


def per_image(score: ScoreParams) -> int:
    """Passes for an image by all methods, references and metrics, but for Score-CAM's own.

    Counted with a network of as many cells, by the images that enter it.
    """
    score = score.model_copy(update={"methods": [m for m in score.methods if m != "scorecam"]})
    recipe = SmallNetwork(depth=1, batch_norm=True, dropout=0.0, stride=16, width=4)
    network = small_network(recipe, outputs=1).eval()
    entered = []
    network.trunk.register_forward_hook(lambda _, given, __: entered.append(len(given[0])))
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (IMAGES, 112, 112, 3), np.uint8)
    masks = np.zeros((IMAGES, 112, 112), bool)
    masks[:, 40:70, 40:70] = True
    score_network(network, images, masks, range(IMAGES), score)
    return round(sum(entered) / IMAGES)


def channels_of(network: str) -> int:
    """Channels of the last features, each of which Score-CAM asks the network about once."""
    with torch.inference_mode():
        return int(build(network, outputs=1).features(torch.zeros(1, 3, 64, 64)).shape[1])


def operations(network: Network) -> dict[str, int]:
    """Floating-point operations of an image of 224 pixels, by kind of use."""
    images = torch.rand(1, 3, 224, 224)
    found = {}
    for kind, work in uses(network, images).items():
        with FlopCounterMode(display=False) as counter:
            work()
        found[kind] = counter.get_total_flops()
    return found


def uses(network: Network, images: Tensor) -> dict[str, Callable[[], object]]:
    """A step of a training without its optimiser, and a pass."""

    def trained() -> None:
        network.zero_grad()
        network.train()(images).sum().backward()

    def asked() -> None:
        with torch.inference_mode():
            network.eval()(images)

    return {"trained": trained, "asked": asked}


def seconds_of(network: Network, device: str) -> dict[str, float]:
    """The shortest time of an image, by kind of use; on the CPU in seconds of one core."""
    images = torch.rand(BATCH, 3, 224, 224, device=device)
    work = uses(network.to(device), images)
    timed = core_seconds if device == "cpu" else partial(seconds, device=device)
    for each in work.values():
        each()
    return {kind: min(timed(each) for _ in range(REPEATS)) / BATCH for kind, each in work.items()}


def core_seconds(work: Callable[[], object]) -> float:
    """What one core does: what else the machine does does not count."""
    start = time.process_time()
    work()
    return time.process_time() - start


def of_h200(flops: dict[str, dict[str, int]]) -> dict[str, dict[str, float]]:
    """Seconds of an image on an H200 in float32: of the pass as measured, else by operations."""
    known = json.loads((ROOT / "benchmarks/explain_cuda.json").read_text())["measured"]["float32"]
    passes = {name: known[name]["bare_s_per_image"] for name in NETWORKS if name in known}
    passes["resnet34"] = (
        passes["resnet18"] * flops["resnet34"]["asked"] / flops["resnet18"]["asked"]
    )
    return {
        name: {kind: passes[name] * of / flops[name]["asked"] for kind, of in flops[name].items()}
        for name in NETWORKS
    }


def hours(images: Images, seconds_each: dict[str, dict[str, float]]) -> dict[str, float]:
    """Of all networks together, by kind of use."""
    return {
        kind: round(sum(images[n][kind] * seconds_each[n][kind] for n in NETWORKS) / 3600, 2)
        for kind in ("trained", "asked")
    }


if __name__ == "__main__":
    main()
