"""Features of the penultimate layer of any network, and networks of any of Heed's files."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import DataLoader

from heed.arguments.numbers import check_count
from heed.base.errors import InputError
from heed.explain.images import device_of
from heed.networks.weights import load_network
from heed.networks.weights_file import metadata_of
from heed.recognition.images import FaceImages, InOrder
from heed.recognition.networks import NAME, load_face_network


def load_any(path: str | os.PathLike[str]) -> nn.Module:
    """Read a network of faces, of attributes or of ImageNet, in eval mode and on the CPU.

    Args:
        path: a safetensors file: of :func:`heed.recognition.networks.save_face_network`, of
            a model of the audit, or of a classifier of torchvision's (``heed import-weights``).

    Returns:
        A module that maps RGB images (B, 3, S, S) in 0..1 to logits.

    Raises:
        WeightsError: see :func:`heed.networks.weights.load_network`.
    """
    if metadata_of(path).get("network") == NAME:
        return load_face_network(path)
    return load_network(path)


def last_linear(network: nn.Module) -> nn.Linear:
    """The last linear layer of a network, in the order in which its modules were added.

    Raises:
        InputError: it has none.
    """
    found = [module for module in network.modules() if isinstance(module, nn.Linear)]
    if not found:
        raise InputError(
            f"found no linear layer in {type(network).__name__}; expected one that decides from "
            "features, as ResNet, MobileNetV2 and VGG have it"
        )
    return found[-1]


def penultimate(network: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    """What a network's last linear layer is given, and the logits.

    Args:
        network: in eval mode; on return it has no hook.
        images: (B, 3, S, S) RGB in 0..1.

    Returns:
        Features (B, D) and logits (B, A), with gradients where those are switched on.

    Raises:
        InputError: the network has no linear layer, or does not use it, or puts out something else
            than logits.

    Example:
        >>> network = nn.Sequential(nn.Flatten(), nn.Linear(12, 3), nn.ReLU(), nn.Linear(3, 2))
        >>> features, logits = penultimate(network, torch.zeros(5, 3, 2, 2))
        >>> features.shape, logits.shape
        (torch.Size([5, 3]), torch.Size([5, 2]))
    """
    seen: list[Tensor] = []
    hook = last_linear(network).register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    try:
        logits: Any = network(images)
    finally:
        hook.remove()
    if not isinstance(logits, Tensor) or logits.ndim != 2:
        found = tuple(logits.shape) if isinstance(logits, Tensor) else type(logits).__name__
        raise InputError(
            f"{type(network).__name__} puts out {found}; expected logits (B, A), one tensor"
        )
    if not seen:
        raise InputError(f"{type(network).__name__} does not use its last linear layer")
    return seen[-1].flatten(1), logits


def features_of(
    network: nn.Module, images: FaceImages, *, batch_size: int = 64, workers: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The penultimate features of images, and what the network takes them for.

    Args:
        network: on any device, in any precision; is set to eval mode.
        images: N of them, read in batches; only their features are kept.
        batch_size: images of one pass.
        workers: processes that read images; 0: this one.

    Returns:
        (N, D) float32 features and (N,) the output with the highest logit, the first of equals.

    Raises:
        PhotographError: naming an image that cannot be read.
        InputError: no network, or one without values (the device meta); no images, numbers that
            are none, or features or logits that are no numbers.
    """
    if not isinstance(network, nn.Module):
        raise InputError(f"network: found {type(network).__name__}; expected a torch.nn.Module")
    check_count("batch_size", batch_size)
    check_count("workers", workers, least=0)
    if not len(images):
        raise InputError("images: found none; expected at least one")
    loader = DataLoader(
        images,
        sampler=InOrder(len(images), batch_size),
        batch_size=None,
        num_workers=workers,
    )
    device = device_of(network)
    if device.type == "meta":
        raise InputError(
            f"network: the weights of {type(network).__name__} lie on the device meta, without "
            "values; expected weights: network.to_empty(device='cpu'), then load_state_dict"
        )
    floats = (each.dtype for each in network.parameters() if each.is_floating_point())
    precision = next(floats, torch.float32)
    network.eval()
    features: list[NDArray[np.float32]] = []
    answers: list[NDArray[np.int64]] = []
    with torch.no_grad():
        for squares, _ in loader:
            pixels = torch.as_tensor(squares).to(device).permute(0, 3, 1, 2).float() / 255
            pixels = pixels.to(precision)
            of_batch, logits = penultimate(network, pixels)
            if not (torch.isfinite(of_batch).all() and torch.isfinite(logits).all()):
                raise InputError(
                    f"{type(network).__name__}: found NaN or infinity in the features or logits of "
                    "images; are the network's weights finite?"
                )
            features.append(of_batch.float().cpu().numpy())
            answers.append(logits.argmax(dim=1).cpu().numpy())
    return np.concatenate(features), np.concatenate(answers)


def identification_accuracy(answers: Sequence[int] | NDArray[np.int64], truth: NDArray) -> float:
    """The share of images whose person has the highest logit.

    Args:
        answers: (N,) the output with the highest logit.
        truth: (N,) the class of the person.

    Raises:
        InputError: no images, or other shapes.

    Example:
        >>> identification_accuracy([0, 1, 1], np.array([0, 1, 2]))
        0.6666666666666666
    """
    found = np.asarray(answers)
    if found.ndim != 1 or not len(found) or found.shape != np.shape(truth):
        raise InputError(
            f"answers: found {found.shape} for a truth of {np.shape(truth)}; expected (N,) of both"
        )
    return float(np.mean(found == truth))
