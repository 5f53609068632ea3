"""Heads that are affine behind a pooling over all cells, found by asking them.

With n cells, W and b, and a gate that is either 1 everywhere or 1 where a feature is positive,

    z_j = b_j + 1/n sum over cells and channels k of W_jk gate(f_k) f_k

This holds of a head that averages, or rectifies and averages, and is then linear: a ResNet's,
DenseNet's, MobileNetV2's, EfficientNet's; not of AlexNet's, VGG's or ConvNeXt's. No layer says so;
the head is asked about features that tell it from every other, and each batch is checked again.

What tells is the gradient: it is W gate / n at whatever features, however small W is beside the
bias, under whose rounding the features' share of a logit may vanish. So a head is known from its
first steps of training on, when its weights are hardly other than 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import torch
from torch import Tensor

from heed.explain.gradient import FactoredGradient
from heed.explain.split import Cut, Split

TOLERANCE: Final = 1e-5
"""Largest error of the collapsed head, relative to the sizes that enter its sums; in float32 the
order of summation alone makes up to about a tenth of it."""

SAME: Final = 1e-4
"""Largest difference of a gradient from that of the collapsed head, relative to its largest value
at any of the features asked about."""

TOGETHER: Final = 8
"""Outputs whose gradients are asked as one sum."""

GATES: Final = ((False, True), (True, False), (True, True), (False, False))
"""Whether a head rectifies, and whether it passes features of 0; the commonest first."""

SCALES: Final = (0.0, 3.0, 1.0, 0.1, 10.0)
"""Sizes of the features that the head is asked about, relative to an image's own: none, three
times the first ones, and mixed signs."""


@dataclass(frozen=True)
class AffineHead:
    """A head that is affine behind the pooling.

    Args:
        weights: W, (A, C), float32.
        bias: b, (A,).
        rectifies: whether the gate is 0 where a feature is negative.
        at_zero: whether it is 1 where a feature is 0, at which autograd takes one side or the
            other: of ``relu`` the left, of ``clamp(min=0)`` the right.
    """

    weights: Tensor
    bias: Tensor
    rectifies: bool
    at_zero: bool

    def gate(self, features: Tensor) -> Tensor:
        """What passes: (B, C, h, w) of 0 and 1."""
        if self.rectifies:
            passes = features >= 0 if self.at_zero else features > 0
        elif self.at_zero:
            return torch.ones_like(features)
        else:
            passes = features != 0
        return passes.to(features.dtype)

    def gradient(self, features: Tensor, outputs: slice = slice(None)) -> FactoredGradient:
        """The derivatives of the logits by the features."""
        cells = features.shape[2] * features.shape[3]
        return FactoredGradient(self.weights[outputs] / cells, self.gate(features))

    def explains(self, features: Tensor, logits: Tensor) -> Tensor:
        """Whether these logits are what the collapsed head makes of these features.

        Returns:
            () bool, on their device: asking for its value waits for a GPU.
        """
        passed = features.relu() if self.rectifies else features
        pooled = passed.mean(dim=(2, 3))
        size = passed.abs().mean(dim=(2, 3)) @ self.weights.abs().T + self.bias.abs()
        difference = (logits - (pooled @ self.weights.T + self.bias)).abs()
        return (difference <= TOLERANCE * size + torch.finfo(size.dtype).tiny).all()


def affine_head(split: Split, image: Tensor, features: Tensor | None = None) -> AffineHead | None:
    """Collapse the head of a network, where it is affine behind the pooling.

    Args:
        split: the network, cut at one layer.
        image: (1, ...), as the network takes it.
        features: what the layer puts out for it, (1, ...), where that is known.

    Returns:
        The collapsed head, or None where the head is of another kind, or works in half precision,
        in which that cannot be told.
    """
    if features is None:
        features = split.values(image).leaves[0]
    size = features.detach().float().abs().mean().clamp_min(1e-3)
    cut = split.asked(image, partial(_questions, size))
    if cut is None:
        return None
    features = cut.leaves[0].detach()
    if features.dtype not in (torch.float32, torch.float64) or features.ndim != 4:
        return None
    logits = cut.logits.detach().float()
    at_first, bias, at_triple = logits[:3]
    if not _proportional(at_first - bias, at_triple - bias, bias):
        return None  # most heads that are not affine end here, before any gradient is asked for
    weights = _weights(split, image, features[:1])
    if weights is None:
        return None
    heads = [AffineHead(weights.float(), bias, *gate) for gate in GATES]
    head = _of_gradients(split, cut, heads)
    if head is None or not bool(head.explains(features.float(), logits)):
        return None
    if not cut.alone and not _whatever_the_image(split, image, size, head):
        return None
    return head


def _whatever_the_image(split: Split, image: Tensor, size: Tensor, head: AffineHead) -> bool:
    """Whether another image's head is the same: what comes beside the layer may be a gate."""
    if not image.is_floating_point():
        other = image.flip(-1).roll(1, dims=-2)
    else:
        noise = torch.randn(image.shape, generator=torch.Generator().manual_seed(2))
        spread = image.std().clamp_min(1e-3)
        other = image.mean() + spread * (1 + noise.to(image.device, image.dtype))
    try:
        cut = split.asked(other, partial(_questions, size))
    except Exception:  # a stranger's network may refuse it in any way; then nothing is known
        return False
    return cut is not None and _of_gradients(split, cut, [head]) is not None


def _weights(split: Split, image: Tensor, first: Tensor) -> Tensor | None:
    """W (A, C), by the gradients at features (1, C, h, w) that pass any gate.

    Returns:
        None where an output's gradient is not the same in all cells.
    """
    cut = split.asked(image, lambda _: first)
    if cut is None:
        return None
    cells = first.shape[2] * first.shape[3]
    weights = []
    for _, (gradients,) in split.gradients(cut):
        several = gradients[:, 0]
        mean = several.mean(dim=(2, 3))
        # Output by output: what is as large as all of them would not stay in a processor's cache.
        for gradient, expected in zip(several, mean, strict=True):
            if not _near(gradient, expected[:, None, None], gradient):
                return None
        weights.append(mean * cells)
    return torch.cat(weights)


def _of_gradients(split: Split, cut: Cut, heads: Sequence[AffineHead]) -> AffineHead | None:
    """The first of some heads whose gradients are those found, at all features asked about.

    The heads differ in their gates. Few outputs at a time are asked as one sum, in which each has
    its own weight and the same scale, so that none hides behind another; those without weights
    are in sums of their own.
    """
    weights, features = heads[0].weights, cut.leaves[0].detach()
    outputs, cells = len(weights), features.shape[2] * features.shape[3]
    largest = weights.abs().amax(dim=1)
    silent = largest == 0
    generator = torch.Generator().manual_seed(1)
    share = (0.5 + torch.rand(outputs, generator=generator)).to(weights.device)
    share = share / torch.where(silent, 1, largest)
    before = torch.where(silent, silent.cumsum(0), (~silent).cumsum(0)) - 1
    speaking = -(-int((~silent).sum()) // TOGETHER)  # sums of outputs with weights
    groups = before // TOGETHER + silent * speaking
    sums = torch.zeros(int(groups.amax()) + 1, outputs, device=weights.device)
    sums[groups, torch.arange(outputs, device=weights.device)] = share
    expected = sums @ weights / cells
    left = [(head, head.gate(features)) for head in heads]
    for part, (gradients,) in split.products(cut, sums):
        for found, mean in zip(gradients, expected[part], strict=True):
            left = [
                (head, gate)
                for head, gate in left
                if _near(found, mean[:, None, None] * gate, found)
            ]
            if not left:
                return None
    return left[0][0]


def _near(gradient: Tensor, expected: Tensor, size: Tensor) -> bool:
    return bool((gradient - expected).abs().amax() <= SAME * size.abs().amax())


def _questions(size: Tensor, features: Tensor) -> Tensor:
    """Features that are positive everywhere, then 0, three times the first, and mixed signs.

    Args:
        size: the mean of an image's, ().
        features: (B, ...) of whatever values.
    """
    generator = torch.Generator().manual_seed(0)
    shape = (len(SCALES) - 1, *features.shape[1:])
    drawn = torch.randn(shape, generator=generator).to(features.device) * size
    first = drawn[:1].abs() + size  # no channel is silent: each of W's columns shows
    several = [first, SCALES[0] * first, SCALES[1] * first]
    several += [scale * drawn[1 + i : 2 + i] for i, scale in enumerate(SCALES[2:])]
    return torch.cat(several).to(features.dtype)


def _proportional(at_first: Tensor, at_triple: Tensor, bias: Tensor) -> bool:
    """Whether the triple of the features moves all logits (A,) three times as far.

    By the size of the largest: where thousands of terms cancel, a single logit is as small as the
    rounding of its sum.
    """
    size = (at_triple.abs() + bias.abs()).amax()
    return bool((at_triple - 3 * at_first).abs().amax() <= 10 * TOLERANCE * size + 1e-30)
