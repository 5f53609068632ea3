"""What networks that Heed does not build itself must not answer with."""

import json
import os
from typing import Final

import torch

from heed.networks.of_python import NetworkError, told
from heed.networks.other import ASKED, OtherNetwork, answer
from heed.networks.state import WeightsError
from heed.networks.weights_file import metadata_of

SAME: Final = 1e-3
"""Answers to the same question differ by less than this share of the largest: sums may be taken in
another order."""


def check_logits(network: OtherNetwork, size: int) -> None:
    """Refuse a network that answers with probabilities.

    Args:
        network: in any mode.
        size: side of the images that it is asked about.

    Raises:
        NetworkError: all of its answers lie in 0..1, and not all of them are 0.
    """
    found = answer(network, size)
    low, high = float(found.min()), float(found.max())
    if low >= 0 and 0 < high <= 1:
        raise NetworkError(
            f"{network.name}: all of its answers lie in 0..1 ({low:.3g} to {high:.3g}), so they "
            "seem to be probabilities; expected logits, of which those from 0 on mean present: "
            "remove the last activation (sigmoid or softmax)"
        )


def check_repeated(network: OtherNetwork, size: int) -> None:
    """Refuse a network that draws random numbers in eval mode.

    Raises:
        NetworkError: it answers twice about the same images, and not the same.
    """
    answers = []
    with torch.random.fork_rng(devices=[]):
        for seed in (0, 1):
            torch.manual_seed(seed)
            answers.append(answer(network, size))
    apart = float((answers[0] - answers[1]).abs().max())
    if apart > SAME * float(answers[0].abs().max()):
        raise NetworkError(
            f"{network.name}: asked twice about the same images in eval mode, it gave logits that "
            f"are up to {apart:.3g} apart; expected the same. Does it draw random numbers there, "
            "such as dropout that does not ask for self.training?"
        )


def check_training(network: OtherNetwork, outputs: int, size: int) -> None:
    """Ask a network about images of noise in training mode, in which it is left.

    Args:
        network: to be thrown away: what it counts of its images has changed.
        outputs: the number of logits that it must have.
        size: side of the images.

    Raises:
        NetworkError: it raises an error, or makes no logits, which it does in eval mode.
    """
    where = "In eval mode it does not: look for what asks for self.training"
    network.train()
    try:
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            torch.manual_seed(0)
            logits = network(torch.rand(ASKED, 3, size, size))
    except NetworkError as error:
        raise NetworkError(f"{error} (in training mode). {where}") from error
    except Exception as error:
        raise NetworkError(
            f"{network.name}: in training mode it raised {told(error)}. {where}"
        ) from error
    if logits.shape != (ASKED, outputs):
        raise NetworkError(
            f"{network.name}: makes logits {tuple(logits.shape)} of {ASKED} images in training "
            f"mode; expected ({ASKED}, {outputs}). {where}"
        )


def check_normalise(network: OtherNetwork, file: str | os.PathLike[str]) -> None:
    """Refuse weights of a network that was given pixels otherwise.

    Args:
        network: as its entry describes it.
        file: its weights; one that does not say how pixels were normalised is in order.

    Raises:
        WeightsError: naming both.
    """
    said = metadata_of(file)
    for name in ("mean", "std"):
        if name not in said:
            continue
        trained, given = json.loads(said[name]), list(getattr(network.normalise, name))
        if not torch.allclose(torch.tensor(trained), torch.tensor(given)):
            raise WeightsError(
                f"{file} holds weights of a network that was given pixels with {name} {trained}, "
                f"but by normalise they have {name} {given}; set normalise to what the weights "
                "were trained with"
            )
