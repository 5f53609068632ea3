"""Methods of the grad-cam package by its own names: one output at a time, and at its price."""

import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from heed.base.errors import HeedError, InputError
from heed.explain.method import Method

PREFIX: Final = "package:"
"""Before the name of a class of the grad-cam package."""


class PackageMissingError(HeedError, ImportError):
    """The grad-cam package is not installed."""


@dataclass(frozen=True, kw_only=True)
class PackageMethod(Method):
    """A class of the grad-cam package."""

    name: str
    cam: type


def package_method(name: str) -> PackageMethod:
    """A method of the package.

    Args:
        name: of its class, such as ``KPCA_CAM``, ``FullGrad``.

    Raises:
        PackageMissingError: the package is not installed.
        ValueError: it has no such method.
    """
    try:
        import pytorch_grad_cam
        from pytorch_grad_cam.base_cam import BaseCAM
    except ImportError as error:
        raise PackageMissingError(
            f"method '{PREFIX}{name}' needs the grad-cam package: pip install grad-cam"
        ) from error
    known = {
        each: found
        for each, found in vars(pytorch_grad_cam).items()
        if inspect.isclass(found) and issubclass(found, BaseCAM)
    }
    if name not in known:
        raise InputError(
            f"method '{PREFIX}{name}': the grad-cam package has no such method; expected one of "
            f"{', '.join(sorted(known))}"
        )
    return PackageMethod(
        name=name,
        cam=known[name],
        symmetry="none",
        formula="as the package computes it",
        source=f"the grad-cam package, {name}",
        price="at least a forward and a backward pass of the network for each output and sign",
        on_image=True,
    )


def package_maps(
    method: PackageMethod,
    network: nn.Module,
    layers: Sequence[nn.Module],
    read: Callable[[Any], Tensor],
    reshape: Callable[[Tensor], Tensor] | None,
    images: Tensor,
    options: Mapping[str, Any],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The package's pixels for each output, of z and of -z.

    Args:
        method: which.
        network: in eval mode. Its gradients are afterwards as they were.
        layers: the target layers.
        read: from what the network returns to logits (B, A).
        reshape: the package's ``reshape_transform``.
        images: (B, C, H, W).
        options: of the class.

    Returns:
        Two arrays (B, A, H, W) in 0..1.
    """
    answers = _Logits(network, read)
    with torch.no_grad():
        count = answers(images[:1].clone()).shape[1]
    warnings.warn(
        f"method '{PREFIX}{method.name}' runs the grad-cam package for each of {count} outputs, "
        "and twice, for z and -z; outputs= asks for fewer",
        stacklevel=2,
    )
    signs: list[NDArray[np.float32]] = []
    with _gradients_as_before(network), torch.inference_mode(False), torch.enable_grad():
        for sign in (1, -1):
            each = []
            for output in range(count):
                cam = method.cam(answers, list(layers), reshape_transform=reshape, **options)
                cam.compute_input_gradient = True  # frozen weights have no graph of their own
                try:
                    target = _Output(output, sign)
                    each.append(cam(images.detach().clone(), [target] * len(images)))
                finally:
                    cam.activations_and_grads.release()
            signs.append(np.stack(each, axis=1).astype(np.float32))
    return signs[0], signs[1]


class _Logits(nn.Module):
    """A network that returns its logits and nothing else."""

    def __init__(self, network: nn.Module, read: Callable[[Any], Tensor]) -> None:
        super().__init__()
        self.network = network
        self.read = read
        self.training = False

    def forward(self, images: Tensor) -> Tensor:
        return self.read(self.network(images))


@dataclass(frozen=True)
class _Output:
    output: int
    sign: int

    def __call__(self, logits: Tensor) -> Tensor:
        return self.sign * logits[self.output]


@contextmanager
def _gradients_as_before(network: nn.Module) -> Iterator[None]:
    """The package sets all gradients to nothing, and adds its own."""
    before = [(parameter, parameter.grad) for parameter in network.parameters()]
    for parameter, _ in before:
        parameter.grad = None
    try:
        yield
    finally:
        for parameter, gradient in before:
            parameter.grad = gradient
