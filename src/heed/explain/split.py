"""A network cut at layers: the part before them runs without a graph, the part after is the head.

A forward hook on the layer replaces its output by a copy of a detached leaf, and from there on
autograd records. So the graph holds the head alone, whatever the network's code does before and
behind; nothing is taken apart, nothing is traced, and what works in place behind the layer works
on the copy. The gradients of many outputs come from one batched vector-Jacobian product.
"""

import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import torch
from torch import Tensor, nn

from heed.base.errors import InputError
from heed.explain.devices import rounded, unrounded
from heed.explain.hooks import exchanged, first_tensor, hooked
from heed.explain.logits import REFUSALS, one_row_an_image
from heed.explain.modes import recording
from heed.explain.names import Precision

MEMORY: Final = 2**30
"""Bytes that the gradients of one chunk of outputs may take, by default: 1 GiB."""


@dataclass(frozen=True)
class Layer:
    """A place to cut.

    Args:
        name: of the module, as ``named_modules`` has it.
        module: the layer.
        calls: how often the network calls it in a pass; the last call counts.
    """

    name: str
    module: nn.Module
    calls: int = 1


class CallsError(InputError):
    """A pass calls a layer less often than the one that it was found in."""


@dataclass(frozen=True)
class Cut:
    """What one pass leaves.

    Args:
        logits: (B, A), with a graph that ends at the leaves where one was asked for.
        leaves: per layer what it put out, in the network's own shape.
        alone: whether the logits were made of the leaves and of no image.
    """

    logits: Tensor
    leaves: tuple[Tensor, ...]
    alone: bool = False


@dataclass(frozen=True)
class Split:
    """A network, cut at layers.

    Args:
        network: in eval mode.
        layers: where to cut.
        read: from what the network returns to its logits (B, A).
        shape: from what a layer puts out (B, ...) to features (B, C, h, w).
        everywhere: whether autograd records from the images on. It costs memory, and is needed
            where the network's own code switches recording off between layer and logits.
        memory: bytes that the gradients of one chunk of outputs may take.
        precision: of what comes before the layers; what comes behind them is float32 at least.
        alone: whether the head needs the features of the layer alone, so that no image need pass
            the trunk when it is asked about others; None where that is not known.
    """

    network: nn.Module
    layers: Sequence[Layer]
    read: Callable[[Any], Tensor]
    shape: Callable[[Tensor], Tensor]
    everywhere: bool = False
    memory: int = MEMORY
    precision: Precision = "float32"
    alone: bool | None = None

    def values(self, images: Tensor) -> Cut:
        """One pass without any graph."""
        return self._run(images, graph=False)

    def graph(self, images: Tensor) -> Cut:
        """One pass whose logits can be differentiated by what the layers put out."""
        return self._run(images, graph=True)

    def asked(self, image: Tensor, questions: Callable[[Tensor], Tensor]) -> Cut | None:
        """The head's answer to other features than an image's own, at the only layer.

        Args:
            image: (1, ...): what the network runs on up to the layer.
            questions: from what the layer puts out for it to features (M, ...).

        Returns:
            Logits (M, A) with the features (M, ...) as their leaf; None where the head refuses
            them, or detaches its answer.
        """
        leaves: list[Tensor] = []

        def put(output: Tensor) -> Tensor:
            leaves.append(questions(output.detach()).requires_grad_())
            return leaves[-1].clone()

        for few in (image[:0], image):  # without any image the trunk costs nothing
            try:
                cut = self._with_others(few, put, graph=True)
            except REFUSALS:
                continue
            if cut.logits.requires_grad:
                return Cut(cut.logits, (leaves[-1],), alone=not len(few))
        return None

    def replaced(self, image: Tensor, features: Tensor) -> Tensor:
        """Logits (M, A) with features (M, C, h, w) in the place of an image's own (1, ...).

        Raises:
            ValueError: the layer puts out another shape, of which ``shape`` makes features.
        """

        def put(output: Tensor) -> Tensor:
            if self.shape(output) is not output:
                raise InputError(
                    f"layer {self.layers[0].name!r}: this method puts other features into its "
                    "place, and what reshape= made of it has no way back; name a layer that puts "
                    "out (N, C, h, w), or use another method"
                )
            return features.to(output.dtype)

        few = image[:0] if self.alone else image
        return self._with_others(few, put, graph=False).logits

    def logits(self, images: Tensor) -> Tensor:
        """The network's logits (B, A); an InputError where these are not one row an image."""
        if self.precision != "float32":
            return self.values(images).logits
        return one_row_an_image(self.read(self.network(images.clone())), images)

    def _with_others(self, image: Tensor, put: Callable[[Tensor], Tensor], *, graph: bool) -> Cut:
        counts: list[int] = []

        def counted(output: Tensor) -> Tensor:
            features = put(output)
            counts.append(len(features))
            return features

        cut: Cut | None = None
        try:
            cut = self._run(image, graph=graph, put=counted)
        except REFUSALS:
            if not counts:
                raise
        count = counts[-1]
        if len(image) and (cut is None or len(cut.logits) != count):
            # The network counts its images before the layer, and uses their number behind it.
            cut = self._run(image.expand(count, *image.shape[1:]), graph=graph, put=counted)
        rows = None if cut is None else len(cut.logits)
        if cut is None or rows != count:
            raise InputError(
                f"layer {self.layers[0].name!r}: from {count} images' features the network makes "
                f"{rows} rows of logits; expected as many"
            )
        return cut

    def gradients(self, cut: Cut) -> Iterator[tuple[slice, list[Tensor]]]:
        """The derivatives of all logits by the leaves, in chunks of outputs that fit the memory.

        Args:
            cut: logits with their graph.

        Yields:
            Which outputs these are, and per layer (a, B, ...) in the leaf's shape.
        """
        return self.products(cut, torch.eye(cut.logits.shape[1], device=cut.logits.device))

    def products(self, cut: Cut, sums: Tensor) -> Iterator[tuple[slice, list[Tensor]]]:
        """The derivatives of sums of logits by the leaves, in chunks that fit the memory.

        Args:
            cut: logits with their graph.
            sums: by how much each output enters each sum, (S, A).

        Yields:
            Which sums these are, and per layer (s, B, ...) in the leaf's shape.
        """
        largest = sum(leaf.numel() * leaf.element_size() for leaf in cut.leaves)
        # The product's own intermediates, and what methods make of it, are of its size.
        chunk = max(1, min(len(sums), self.memory // (4 * largest)))
        for start in range(0, len(sums), chunk):
            part = slice(start, min(start + chunk, len(sums)))
            seeds = sums[part, None, :].to(cut.logits.dtype)
            yield part, self._products(cut, seeds.expand(-1, len(cut.logits), -1))

    def _products(self, cut: Cut, seeds: Tensor) -> list[Tensor]:
        try:
            with warnings.catch_warnings():
                # torch says so where an operation's backward has no batched form: it is looped.
                warnings.filterwarnings("ignore", message="There is a performance drop")
                found: Sequence[Tensor | None] = torch.autograd.grad(
                    cut.logits,
                    cut.leaves,
                    seeds,
                    retain_graph=True,
                    is_grads_batched=True,
                    allow_unused=True,
                )
        except RuntimeError:  # NotImplementedError is one
            # An operation of the network's own, or one that cannot be batched: output by output.
            found = self.one_by_one(cut, seeds)
        gradients: list[Tensor] = []
        for layer, gradient in zip(self.layers, found, strict=True):
            if gradient is None:
                raise InputError(
                    f"layer {layer.name!r}: no output depends on it; name a layer on the way from "
                    "the images to the logits"
                )
            gradients.append(gradient)
        return gradients

    def one_by_one(self, cut: Cut, seeds: Tensor) -> tuple[Tensor | None, ...]:
        """The derivatives of logits by the leaves, a backward pass for each.

        Args:
            cut: logits (B, A) with their graph.
            seeds: (M, B, A): derivatives of the sum of seed times logits are asked for.

        Returns:
            By leaf (M, B, ...), or None where no logit depends on it.

        Raises:
            ValueError: the network does what has no gradient.
        """
        try:
            each = [
                torch.autograd.grad(
                    cut.logits, cut.leaves, seed, retain_graph=True, allow_unused=True
                )
                for seed in seeds
            ]
        except RuntimeError as error:
            if "use_reentrant" in str(error):
                raise InputError(
                    "the network recomputes activations by torch.utils.checkpoint with "
                    "use_reentrant=True, which has no gradients by a layer; switch it off"
                ) from error
            if "inplace operation" not in str(error):
                raise
            raise InputError(
                "the network overwrites in place what its own gradient needs, so that it could not "
                f"be trained either ({str(error).split('. ')[0]}); behind {self.layers[-1].name!r} "
                "use an operation that is not in place"
            ) from error
        return tuple(
            None if gradients[0] is None else torch.stack(gradients)
            for gradients in zip(*each, strict=True)
        )

    def _run(
        self, images: Tensor, *, graph: bool, put: Callable[[Tensor], Tensor] | None = None
    ) -> Cut:
        leaves: dict[int, Tensor] = {}
        calls: Counter[int] = Counter()

        def hook(number: int, output: Any) -> Any:
            calls[number] += 1
            layer = self.layers[number]
            if calls[number] != layer.calls:
                return None
            tensor = first_tensor(output, layer.name)
            if self.precision != "float32":
                unrounded(images.device)
                tensor = tensor.float()
            if graph:
                torch.set_grad_enabled(True)  # until the pass ends: see the context around it
            if put is not None:
                leaves[number] = tensor
                return exchanged(output, put(tensor))
            if leaves and graph and tensor.requires_grad:  # behind another layer
                leaves[number] = tensor
            else:
                leaves[number] = tensor.detach().clone().requires_grad_(graph)
            # A copy: what works in place behind the layer would change the leaf.
            return exchanged(output, leaves[number].clone())

        hooks = [(layer.module, partial(hook, number)) for number, layer in enumerate(self.layers)]
        with (
            hooked(hooks),
            recording(graph and self.everywhere),
            rounded(images.device, self.precision),
        ):
            # A copy: some networks normalise in place, and images are asked for again.
            logits = self.read(self.network(images.clone()))
            if put is None:  # other features than the images' own may be more than there are images
                logits = one_row_an_image(logits, images)
        for number, layer in enumerate(self.layers):
            if number not in leaves:
                raise CallsError(
                    f"layer {layer.name!r}: the network called it {calls[number]} times in this "
                    f"pass and {layer.calls} times in the first one; expected the same"
                )
        return Cut(logits, tuple(leaves[number] for number in range(len(self.layers))))
