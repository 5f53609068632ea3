"""Networks as people have them, and the loop over outputs that their maps are held to."""

from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

OUTPUTS = 4


@dataclass(frozen=True)
class Stranger:
    """A network, and how it is explained.

    Args:
        network: builds it.
        layer: where its maps are taken.
        told: other arguments of heed.explain.
        read: from its answer to logits, in the test's own words.
        shape: from what the layer puts out to (B, C, h, w), likewise.
        size: of images.
        tolerance: of its maps, relative to the largest value.
        dtype: of its images.
    """

    network: Callable[[], nn.Module]
    layer: str
    told: dict[str, Any] = field(default_factory=dict)
    read: Callable[[Any], Tensor] = lambda answer: answer
    shape: Callable[[Tensor], Tensor] = lambda output: output
    size: tuple[int, int] = (24, 24)
    tolerance: float = 1e-5
    dtype: torch.dtype = torch.float32


def trunk(*last: nn.Module, width: int = 8) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(3, width, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(width, width, 3), *last
    )


class Plain(nn.Module):
    """A trunk and whatever follows it."""

    def __init__(self, *head: nn.Module, trunk_: nn.Module | None = None) -> None:
        super().__init__()
        self.trunk = trunk_ or trunk()
        self.head = nn.Sequential(*head)

    def forward(self, images: Tensor) -> Any:
        return self.head(self.trunk(images))


def pooled(outputs: int = OUTPUTS) -> list[nn.Module]:
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, outputs)]


def deep(*activations: nn.Module) -> list[nn.Module]:
    last = nn.Linear(16, OUTPUTS)
    return [nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(32, 16), *activations, last]


def normalised() -> list[nn.Module]:
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LayerNorm(8), nn.Linear(8, OUTPUTS)]


class AddedInPlace(Plain):
    def forward(self, images: Tensor) -> Tensor:
        features = self.trunk(images)
        features += 0.5
        features *= 2
        return self.head(features)


class Residual(Plain):
    """The layer's output is used twice, once changed in place."""

    def forward(self, images: Tensor) -> Tensor:
        features = self.trunk(images)
        kept = features * 0.5
        features.relu_()
        return self.head(features + kept)


class Twice(nn.Module):
    """One convolution and one ReLU, each called twice."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, stride=2)
        self.again = nn.Conv2d(8, 8, 3, padding=1)
        self.act = nn.ReLU()
        self.head = nn.Sequential(*deep(nn.Tanh()))

    def forward(self, images: Tensor) -> Tensor:
        features = self.act(self.first(images))
        features = self.act(self.again(features))
        return self.head(self.again(features))


class Frozen(Plain):
    def __init__(self, *head: nn.Module) -> None:
        super().__init__(*head)
        self.requires_grad_(False)


class FrozenTrunk(Plain):
    """The trunk runs under no_grad, as in many scripts that train a head only."""

    def forward(self, images: Tensor) -> Tensor:
        with torch.no_grad():
            features = self.trunk(images)
        return self.head(features)


class Answers(Plain):
    """Answers by another form than a tensor."""

    def __init__(self, form: Callable[[Tensor], Any]) -> None:
        super().__init__(*deep(nn.ReLU()))
        self.form = form

    def forward(self, images: Tensor) -> Any:
        return self.form(self.head(self.trunk(images)))


@dataclass
class ModelOutput:
    logits: Tensor
    loss: None = None


Pair = namedtuple("Pair", ["features", "scores"])


class Tokens(nn.Module):
    """A small vision transformer: a class token and 4 x 4 patches."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 16, 6, stride=6)
        self.token = nn.Parameter(torch.randn(1, 1, 16))
        self.norm = nn.LayerNorm(16)
        self.attention = nn.MultiheadAttention(16, 2, batch_first=True)
        self.head = nn.Linear(16, OUTPUTS)

    def forward(self, images: Tensor) -> Tensor:
        tokens = self.patches(images).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.token.expand(len(images), -1, -1), tokens], dim=1)
        normal = self.norm(tokens)
        tokens = tokens + self.attention(normal, normal, normal, need_weights=False)[0]
        return self.head(tokens[:, 0])


class ChannelsLast(nn.Module):
    """Features (N, h, w, C), as Swin has them."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, stride=4)
        self.block = nn.Linear(8, 8)
        self.head = nn.Linear(8, OUTPUTS)

    def forward(self, images: Tensor) -> Tensor:
        features = self.block(self.patches(images).permute(0, 2, 3, 1)).relu()
        return self.head(features.mean((1, 2)))


class CountsImages(Plain):
    """Uses the number of images behind the layer."""

    def forward(self, images: Tensor) -> Tensor:
        features = self.trunk(images)
        return self.head[-1](features.view(len(images), 8, -1).mean(-1))


class Squeezes(Plain):
    """One output without an axis of its own."""

    def forward(self, images: Tensor) -> Tensor:
        return super().forward(images).squeeze(1)


class OwnFunction(torch.autograd.Function):
    """An operation whose backward is written by hand, and has no batched form."""

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        ctx.save_for_backward(values)
        return values.clamp_min(0)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        (values,) = ctx.saved_tensors
        if float(gradients[0].abs().sum()) < 0:  # reads a value: cannot be batched
            raise AssertionError
        return gradients[0] * (values > 0)


class OwnOperation(Plain):
    def forward(self, images: Tensor) -> Tensor:
        return self.head(OwnFunction.apply(self.trunk(images)))


class SideBranch(Plain):
    """Logits that also depend on the image by another way than the layer."""

    def __init__(self) -> None:
        super().__init__(*pooled())
        self.side = nn.Linear(3, OUTPUTS)

    def forward(self, images: Tensor) -> Tensor:
        return super().forward(images) + self.side(images.mean((2, 3)))


def compiled() -> nn.Module:
    return torch.compile(Plain(nn.ReLU(inplace=True), *pooled()), backend="eager")


def compiled_part() -> nn.Module:
    network = Plain(nn.ReLU(inplace=True), *deep(nn.ReLU()))
    network.head.compile(backend="eager")
    return network


def half_precision(dtype: torch.dtype) -> Callable[[], nn.Module]:
    return lambda: Plain(nn.ReLU(), *deep(nn.ReLU())).to(dtype)


def mixed_normalisation() -> nn.Module:
    normal = nn.BatchNorm2d(8)
    assert normal.running_mean is not None
    normal.running_mean.normal_()
    return Plain(normal, nn.Dropout2d(0.5), nn.ReLU6(inplace=True), *pooled())


STRANGERS: dict[str, Stranger] = {
    "affine head": Stranger(lambda: Plain(*pooled()), "trunk"),
    "rectified affine head": Stranger(lambda: Plain(nn.ReLU(), *pooled()), "trunk"),
    "in-place ReLU behind the layer": Stranger(
        lambda: Plain(nn.ReLU(inplace=True), *deep(nn.ReLU(inplace=True))), "trunk.2"
    ),
    "in-place sum behind the layer": Stranger(lambda: AddedInPlace(*deep(nn.ReLU())), "trunk"),
    "residual in place": Stranger(lambda: Residual(*deep(nn.ELU())), "trunk"),
    "layer called twice": Stranger(Twice, "again"),
    "frozen weights": Stranger(lambda: Frozen(*deep(nn.GELU())), "trunk"),
    "trunk under no_grad": Stranger(lambda: FrozenTrunk(nn.ReLU(), *pooled()), "trunk"),
    "layer under no_grad, named inside": Stranger(
        lambda: FrozenTrunk(*deep(nn.ReLU())), "trunk.2"
    ),
    "batch norm and dropout behind the layer": Stranger(mixed_normalisation, "trunk"),
    "DataParallel": Stranger(lambda: nn.DataParallel(Plain(*deep(nn.ReLU()))), "trunk"),
    "DataParallel's own name of the layer": Stranger(
        lambda: nn.DataParallel(Plain(*deep(nn.ReLU()))), "module.trunk"
    ),
    "torch.compile": Stranger(compiled, "trunk"),
    "a compiled part": Stranger(compiled_part, "trunk"),
    "compiled and parallel": Stranger(lambda: nn.DataParallel(compiled()), "trunk"),
    "half precision": Stranger(
        half_precision(torch.float16), "trunk", tolerance=5e-3, dtype=torch.float16
    ),
    "bfloat16": Stranger(
        half_precision(torch.bfloat16), "trunk", tolerance=3e-2, dtype=torch.bfloat16
    ),
    "double precision": Stranger(
        half_precision(torch.float64), "trunk", tolerance=1e-6, dtype=torch.float64
    ),
    "dict": Stranger(
        lambda: Answers(lambda z: {"loss": None, "scores": z}), "trunk",
        {"select": "scores"}, lambda answer: answer["scores"],
    ),
    "dict with logits": Stranger(
        lambda: Answers(lambda z: {"logits": z}), "trunk", {}, lambda answer: answer["logits"]
    ),
    "tuple": Stranger(
        lambda: Answers(lambda z: (z.mean(), z)), "trunk", {"select": 1}, lambda answer: answer[1]
    ),
    "named tuple": Stranger(
        lambda: Answers(lambda z: Pair(z.exp(), z)), "trunk",
        {"select": "scores"}, lambda answer: answer.scores,
    ),
    "dataclass": Stranger(
        lambda: Answers(ModelOutput), "trunk", {}, lambda answer: answer.logits
    ),
    "list of one": Stranger(lambda: Answers(lambda z: [z]), "trunk", {}, lambda a: a[0]),
    "a head per attribute": Stranger(
        lambda: Answers(lambda z: list(z.split(1, dim=1))), "trunk",
        {"select": lambda answer: torch.cat(answer, 1)}, lambda answer: torch.cat(answer, 1),
    ),
    "tokens": Stranger(
        Tokens, "norm", {"reshape": "tokens"},
        shape=lambda output: output[:, 1:].transpose(1, 2).reshape(-1, 16, 4, 4),
    ),
    "tokens by a function": Stranger(
        Tokens, "norm", {"reshape": lambda o: o[:, 1:].mT.reshape(-1, 16, 4, 4)},
        shape=lambda output: output[:, 1:].transpose(1, 2).reshape(-1, 16, 4, 4),
    ),
    "channels last": Stranger(
        ChannelsLast, "block", {"reshape": "channels_last"},
        shape=lambda output: output.permute(0, 3, 1, 2),
    ),
    "one cell": Stranger(
        lambda: Plain(*deep(nn.ReLU()), trunk_=trunk(nn.AdaptiveAvgPool2d(1))), "trunk"
    ),
    "not square": Stranger(lambda: Plain(*deep(nn.ReLU())), "trunk", size=(20, 33)),
    "one output": Stranger(lambda: Plain(*pooled(1)), "trunk"),
    "one output without an axis": Stranger(
        lambda: Squeezes(*pooled(1)), "trunk", read=lambda answer: answer[:, None]
    ),
    "a thousand outputs": Stranger(
        lambda: Plain(nn.Flatten(), nn.Linear(8 * 10 * 10, 4), nn.Tanh(), nn.Linear(4, 1000)),
        "trunk", {"memory": 10_000_000},
    ),
    "the number of images behind the layer": Stranger(lambda: CountsImages(*pooled()), "trunk"),
    "an operation of one's own": Stranger(lambda: OwnOperation(*deep(nn.ReLU())), "trunk"),
    "another way from image to logits": Stranger(SideBranch, "trunk"),
    "normalised behind the pooling": Stranger(
        lambda: Plain(*normalised()),
        "trunk",
    ),
    "largest cell instead of the mean": Stranger(
        lambda: Plain(nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(8, OUTPUTS)), "trunk"
    ),
    "softmax behind the head": Stranger(lambda: Plain(*pooled(), nn.Softmax(1)), "trunk"),
}  # fmt: skip


def loop(stranger: Stranger, network: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    """Features and gradients (A, B, C, h, w) output by output, on a network without wrappers.

    The layer's output is copied at once, so that nothing in place can reach it.
    """
    while hasattr(network, "module") or hasattr(network, "_orig_mod"):
        network = network.module if hasattr(network, "module") else network._orig_mod
    layer = network.get_submodule(stranger.layer.removeprefix("module."))
    kept: list[Tensor] = []

    def keep(_module: nn.Module, _inputs: Any, output: Tensor) -> Tensor:
        with torch.enable_grad():
            kept.append(output.detach().clone().requires_grad_())
            return kept[-1].clone()

    handle = layer.register_forward_hook(keep)
    modes = [(module, module.training) for module in network.modules()]
    try:
        logits = stranger.read(network.eval()(images))
        if not logits.requires_grad:  # the trunk's no_grad ends behind the layer: open it again
            raise AssertionError("the reference needs a graph")
        gradients = [
            torch.autograd.grad(logits[:, a].sum(), kept[-1], retain_graph=True)[0]
            for a in range(logits.shape[1])
        ]
    finally:
        handle.remove()
        for module, training in modes:
            module.training = training
    features = stranger.shape(kept[-1].detach())
    return features.float(), torch.stack([stranger.shape(g) for g in gradients]).float()
