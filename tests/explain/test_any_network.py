"""Any network: held to autograd's loop over outputs, with nothing left behind."""

import warnings

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

import heed
from tests.explain.strangers import STRANGERS, Plain, Stranger, deep, loop, pooled


class StopError(Exception):
    pass


def state(network):
    """What an explanation must leave as it was."""
    return [
        (
            name,
            module.training,
            [(p.requires_grad, p.grad, p.clone()) for p in module.parameters(recurse=False)],
            [b.clone() for b in module.buffers(recurse=False)],
            len(module._forward_hooks),
            len(module._forward_pre_hooks),
            len(module._backward_hooks),
        )
        for name, module in network.named_modules()
    ]


def same(before, after):
    for (*known, parameters, buffers, a, b, c), (*found, parameters_, buffers_, a_, b_, c_) in zip(
        before, after, strict=True
    ):
        assert (*known, a, b, c) == (*found, a_, b_, c_)
        for (needed, gradient, value), (needed_, gradient_, value_) in zip(
            parameters, parameters_, strict=True
        ):
            assert needed == needed_
            assert gradient is gradient_
            assert torch.equal(value, value_)
        assert all(map(torch.equal, buffers, buffers_))


@pytest.fixture(params=STRANGERS)
def stranger(request):
    torch.manual_seed(5)
    found = STRANGERS[request.param]
    network = found.network().train()  # as it is left after a training
    some = next(iter(network.parameters()))
    some.grad = torch.ones_like(some)
    generator = torch.Generator().manual_seed(6)
    return found, network, torch.randn(3, 3, *found.size, generator=generator).to(found.dtype)


def test_maps_of_strangers_networks_are_those_of_the_loop(stranger):
    told, network, images = stranger
    before, recorded = state(network), torch.is_grad_enabled()
    features, gradients = loop(told, network, images)
    expected = {
        "gradcam": (gradients.mean((3, 4), keepdim=True) * features).sum(2),
        "layercam": (gradients.relu() * features).sum(2),
    }
    for method, maps in expected.items():
        found = heed.explain(network, images, method, layer=told.layer, batch_size=2, **told.told)
        assert found.layer == told.layer.removeprefix("module.")
        assert found.maps.dtype == np.float32
        largest = float(maps.abs().max()) or 1.0
        np.testing.assert_allclose(
            found.maps, maps.transpose(0, 1), rtol=0, atol=told.tolerance * largest
        )
        if found.bias is not None:  # what the image gives, and what is the same for all images
            assert np.ptp(found.logits - found.contribution, axis=0).max() < 1e-5
            given = (gradients * features).sum((2, 3, 4)).T
            np.testing.assert_allclose(found.contribution, given, atol=1e-5)
    same(before, state(network))
    assert torch.is_grad_enabled() == recorded


def test_nothing_is_left_behind_after_an_exception(stranger):
    told, network, images = stranger
    before = state(network)
    calls = 0

    def fail(batch):
        nonlocal calls
        calls += 1
        if calls == 2:  # in the middle: the network is prepared, one batch is done
            raise StopError
        return batch

    with pytest.raises(StopError):
        heed.explain(network, images, layer=told.layer, batch_size=2, preprocess=fail, **told.told)
    same(before, state(network))

    def fail_inside(_module, _inputs):
        raise StopError

    *_, last = (m for m in network.modules() if isinstance(m, nn.Linear))
    handle = last.register_forward_pre_hook(fail_inside)
    before = state(network)
    with pytest.raises(StopError):
        heed.explain(network, images, layer=told.layer, **told.told)
    same(before, state(network))
    handle.remove()
    assert torch.is_grad_enabled()


class Rows(Plain):
    """Answers with another number of rows than there are images."""

    def __init__(self, answer):
        super().__init__(*deep(nn.ReLU()))
        self.answer = answer

    def forward(self, images):
        return self.answer(super().forward(images))


@pytest.mark.parametrize(
    ("answer", "told", "rows"),
    [
        (lambda z: z.T, {}, "3 images the network makes 4 rows"),
        (lambda z: torch.cat([z, z]), {}, "3 images the network makes 6 rows"),
        (lambda z: z.mean(0), {}, "3 images the network makes 4 rows"),
        (lambda z: z.squeeze(), {"batch_size": 2}, "1 images the network makes 4 rows"),
        (
            lambda z: z.squeeze(),
            {"outputs": [3], "batch_size": 2},
            "1 images the network makes 4 rows",
        ),
        (lambda z: z.T, {"method": "eigencam"}, "3 images the network makes 4 rows"),
    ],
)
def test_logits_have_a_row_for_each_image(answer, told, rows):
    with pytest.raises(ValueError, match=rows):
        heed.explain(Rows(answer), torch.rand(3, 3, 24, 24), **told)


@pytest.mark.parametrize("method", ["gradcam", "ablationcam", "scorecam", "occlusion", "rise"])
def test_images_of_whole_numbers_are_masked_without_rounding(method):
    class OfBytes(Plain):
        def forward(self, images):
            return super().forward(images.float() / 255)

    torch.manual_seed(8)
    network = OfBytes(*deep(nn.Tanh()))
    images = torch.randint(0, 256, (2, 3, 24, 24))
    told = {"layer": "trunk", "options": {"masks": 50} if method == "rise" else {}}
    found = heed.explain(network, images, method, **told).maps
    expected = heed.explain(network, images.float(), method, **told).maps
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * abs(expected).max())


@pytest.mark.parametrize("bias", [1e4, 1e6])
def test_a_head_is_not_taken_for_affine_beside_a_large_bias(bias):
    torch.manual_seed(5)
    network = Plain(*pooled(16), nn.ReLU(), nn.Linear(16, 4))
    images = torch.randn(3, 3, 24, 24)
    expected = heed.explain(network, images, layer="trunk").maps
    with torch.no_grad():
        network.head[-1].bias += bias
    result = heed.explain(network, images, layer="trunk")
    assert result.bias is None
    np.testing.assert_allclose(result.maps, expected, rtol=0, atol=1e-5 * abs(expected).max())


@pytest.mark.parametrize("scale", [1e-2, 1e-4, 1e-7])
@pytest.mark.parametrize("kind", ["averages", "rectifies", "hidden", "parts"])
def test_small_weights_do_not_hide_what_kind_a_head_is(kind, scale):
    """As they are a few steps after a training that began with the attributes' shares alone."""
    torch.manual_seed(5)
    head = {
        "averages": pooled(),
        "rectifies": [nn.ReLU(), *pooled()],
        "hidden": [*pooled(16), nn.ReLU(), nn.Linear(16, 4)],
        "parts": [nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(32, 4)],
    }[kind]
    network, images = Plain(*head), torch.randn(3, 3, 24, 24)
    with torch.no_grad():
        network.head[-1].bias.copy_(bias := torch.tensor([-3.7, 0.1, 2.5, -1.0]))
    expected = heed.explain(network, images, "hirescam", layer="trunk").maps * scale
    with torch.no_grad():
        network.head[-1].weight *= scale
    result = heed.explain(network, images, "hirescam", layer="trunk")
    np.testing.assert_allclose(result.maps, expected, rtol=0, atol=1e-5 * abs(expected).max())
    if kind in ("hidden", "parts"):
        assert result.bias is None
        return
    np.testing.assert_array_equal(result.bias, bias.numpy())
    np.testing.assert_allclose(result.contribution, expected.sum((2, 3)), atol=2e-6)


def test_logits_whose_terms_cancel_do_not_hide_an_affine_head():
    torch.manual_seed(5)
    wide = nn.Conv2d(3, 512, 3, stride=4)
    linear = nn.Linear(512, 4000)
    with torch.no_grad():
        linear.bias.mul_(1e-6)
    network = Plain(nn.AdaptiveAvgPool2d(1), nn.Flatten(), linear, trunk_=wide)
    assert heed.explain(network, torch.randn(2, 3, 24, 24), layer="trunk").bias is not None


class Gated(Plain):
    """A head that another branch scales, channel by channel, image by image."""

    def __init__(self, weights, bias):
        super().__init__(*pooled())
        self.gate = nn.Linear(3, 8)
        with torch.no_grad():
            self.head[-1].weight *= weights
            self.head[-1].bias[:] = bias

    def forward(self, images):
        gate = torch.sigmoid(5 * self.gate(images.mean((2, 3))))
        return self.head(self.trunk(images) * gate[:, :, None, None])


@pytest.mark.parametrize(("weights", "bias"), [(1.0, 0.1), (2e-5, 3.0), (1e-3, 1e3), (1.0, 1e5)])
def test_a_gate_from_the_image_hides_behind_no_bias(weights, bias):
    torch.manual_seed(5)
    network = Gated(weights, bias)
    images = torch.randn(4, 3, 24, 24) + 2 * torch.randn(4, 3, 1, 1)
    result = heed.explain(network, images, layer="trunk")
    assert result.bias is None
    alone = [heed.explain(network, each[None], layer="trunk").maps[0] for each in images]
    for found, expected in zip(result.maps, alone, strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * abs(expected).max())


KINKS = {
    "relu": lambda f: f.relu(),
    "clamp": lambda f: f.clamp(min=0),
    "not zero": lambda f: f * (f != 0),
    "at least zero": lambda f: f * (f >= 0),
    "maximum": lambda f: torch.maximum(f, torch.zeros_like(f)),  # half of it at 0
}


@pytest.mark.parametrize("kink", KINKS)
def test_features_of_0_pass_as_autograd_lets_them(kink):
    class Kinked(Plain):
        def forward(self, images):
            return self.head(KINKS[kink](self.trunk(images)))

    torch.manual_seed(5)
    network = Kinked(*pooled(), trunk_=nn.Sequential(nn.Conv2d(3, 8, 5, stride=3), nn.ReLU()))
    images = torch.randn(3, 3, 24, 24)
    result = heed.explain(network, images, layer="trunk")
    assert (result.bias is None) == (kink == "maximum")
    features, gradients = loop(Stranger(lambda: network, "trunk"), network, images)
    assert (features == 0).float().mean() > 0.1
    expected = (gradients.mean((3, 4), keepdim=True) * features).sum(2).transpose(0, 1).numpy()
    np.testing.assert_allclose(result.maps, expected, rtol=0, atol=1e-5 * abs(expected).max())


class InPlaceAtFirst(Plain):
    """Normalises its images where they are, and cannot do without any."""

    def forward(self, images):
        images.sub_(float(images.detach().max()) / 2)
        return self.head(self.trunk(images))


class OutOfPlaceAtFirst(Plain):
    def forward(self, images):
        return self.head(self.trunk(images - float(images.detach().max()) / 2))


@pytest.mark.parametrize("method", ["gradcam", "input_x_gradient", "occlusion", "scorecam"])
def test_a_network_that_changes_its_images_is_asked_with_copies(method):
    images = torch.rand(2, 3, 24, 24)
    before = images.clone()
    found = []
    for kind in (InPlaceAtFirst, OutOfPlaceAtFirst):
        torch.manual_seed(5)
        found.append(heed.explain(kind(*pooled()).eval(), images, method, layer="trunk"))
        assert torch.equal(images, before)
    np.testing.assert_array_equal(found[0].logits, found[1].logits)
    np.testing.assert_array_equal(found[0].maps, found[1].maps)


def test_a_part_may_be_torchscript():
    torch.manual_seed(5)
    plain = Plain(*pooled()).eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        scripted = Plain(torch.jit.script(plain.head), trunk_=plain.trunk).eval()
    images = torch.randn(2, 3, 24, 24)
    found, expected = (heed.explain(each, images, layer="trunk") for each in (scripted, plain))
    np.testing.assert_allclose(found.maps, expected.maps, rtol=0, atol=1e-6)


class Silent(nn.Module):
    """One output that only negative features move, beside others of large weights."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(8, 4)
        with torch.no_grad():
            self.linear.weight *= 1e6

    def forward(self, features):
        logits = self.linear(features.mean((2, 3)))
        return torch.cat([logits, (-features).relu().mean((1, 2, 3))[:, None] + 1e7], dim=1)


def test_an_output_without_weights_hides_behind_no_others():
    torch.manual_seed(5)
    network = Plain(Silent(), trunk_=nn.Conv2d(3, 8, 5, stride=3))
    assert heed.explain(network, torch.randn(2, 3, 24, 24), layer="trunk").bias is None


class OneCurved(nn.Module):
    """Logits of which one is small and not affine."""

    def __init__(self, outputs=40, curved=17):
        super().__init__()
        self.linear, self.curved = nn.Linear(8, outputs), curved

    def forward(self, pooled):
        logits = self.linear(pooled).clone()
        logits[:, self.curved] = 1e6 + 1e-3 * logits[:, self.curved].tanh()
        return logits


class Opposite(nn.Module):
    """The two answers to one question, as logits; what is added hides what they are."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 1))

    def forward(self, pooled):
        logit = self.hidden(pooled)
        return 1e6 + torch.cat([logit, -logit], dim=1)


@pytest.mark.parametrize("last", [OneCurved, Opposite])
def test_an_output_that_is_not_affine_hides_behind_no_other(last):
    torch.manual_seed(5)
    network = Plain(*pooled()[:2], last())
    images = torch.randn(3, 3, 24, 24)
    result = heed.explain(network, images, "hirescam", layer="trunk")
    assert result.bias is None
    features, gradients = loop(Stranger(lambda: network, "trunk"), network, images)
    expected = (features * gradients).sum(dim=2).transpose(0, 1).numpy()
    np.testing.assert_allclose(result.maps, expected, rtol=1e-4, atol=1e-6 * abs(expected).max())


def test_a_head_without_weights_is_affine_whatever_its_bias():
    network = Plain(*pooled())
    with torch.no_grad():
        network.head[-1].weight.zero_()
        network.head[-1].bias.fill_(-1e4)
    result = heed.explain(network, torch.randn(3, 3, 24, 24))
    np.testing.assert_array_equal(result.bias, np.full(4, -1e4, np.float32))
    assert not result.maps.any()


def test_ablation_needs_features_that_can_be_put_back():
    class Square(Plain):  # as many channels as cells along a side: a wrong shape would fit
        def forward(self, images):
            return self.head(self.last(self.trunk(images).permute(0, 2, 3, 1)).mean((1, 2)))

    network = Square(nn.Linear(8, 4))
    network.last = nn.Identity()
    images = torch.rand(2, 3, 20, 20)  # features (N, 8, 8, 8)
    told = {"layer": "last", "reshape": "channels_last"}
    assert heed.explain(network, images, **told).maps.shape == (2, 4, 8, 8)
    with pytest.raises(ValueError, match=r"'last': .* has no way back; name a layer"):
        heed.explain(network, images, "ablationcam", **told)


class InPlaceOnParts(Plain):
    def forward(self, images):
        first, _ = self.trunk(images).chunk(2, dim=1)
        first.mul_(2)
        return self.head(first)


class Recomputes(Plain):
    def forward(self, images):
        return checkpoint(self.head, self.trunk(images), use_reentrant=True)


def test_what_autograd_cannot_follow_is_named():
    images = torch.rand(2, 3, 24, 24)
    head = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)
    network = InPlaceOnParts(*head)
    with pytest.raises(ValueError, match=r"behind layer 'trunk' the network runs, but not where"):
        heed.explain(network, images, layer="trunk")
    assert heed.explain(network, images, "eigencam", layer="trunk").maps.any()
    with torch.inference_mode():
        network = Plain(*deep(nn.ReLU()))
    with pytest.raises(ValueError, match=r"made under torch\.inference_mode"):
        heed.explain(network, images, layer="trunk")
    network = Recomputes(*deep(nn.ReLU()))
    with pytest.raises(ValueError, match="use_reentrant=True, which has no gradients"):
        heed.explain(network, images, layer="trunk")


def test_auto_refuses_the_patches_of_a_transformer():
    class Transformer(nn.Module):
        def __init__(self):
            super().__init__()
            self.patches, self.out = nn.Conv2d(3, 8, 8, 8), nn.Linear(8, 5)
            self.blocks = nn.Sequential(*[nn.LayerNorm(8) for _ in range(9)])

        def forward(self, images):
            return self.out(self.blocks(self.patches(images).flatten(2).transpose(1, 2)).mean(1))

    network, images = Transformer(), torch.rand(2, 3, 32, 32)
    with pytest.raises(ValueError, match=r"'patches' is the last .* 10 of 11 layers .* reshape="):
        heed.explain(network, images)
    assert heed.explain(network, images, layer="patches").maps.shape == (2, 5, 4, 4)
    assert heed.explain(network, images, layer="blocks", reshape="tokens").layer == "blocks"


class Counts(Plain):
    """Notes how many images pass the trunk, and how many features the head."""

    def __init__(self, *head):
        super().__init__(*head)
        self.passed, self.asked = [], []

    def forward(self, images):
        self.passed.append(len(images))
        features = self.trunk(images)
        self.asked.append(len(features))
        return self.head(features)


@pytest.mark.parametrize("head", [pooled, lambda: deep(nn.Tanh())], ids=["affine", "deep"])
@pytest.mark.parametrize("method", ["gradcam", "ablationcam"])
def test_no_image_passes_the_trunk_but_once(head, method):
    network = Counts(*head())
    heed.explain(network, torch.randn(7, 3, 24, 24), method, layer="trunk", batch_size=3)
    assert [count for count in network.passed if count] == [3, 3, 1]


class Refuses(Plain):
    """Works with images alone."""

    def __init__(self, *head):
        super().__init__(*head)
        self.passed = []

    def forward(self, images):
        assert len(images), "no images"
        self.passed.append(len(images))
        return self.head(self.trunk(images))


class Around(Plain):
    """The image goes around the layer, so that the head needs more than its features."""

    def forward(self, images):
        features = self.trunk(images)
        return self.head(features + images[:, :1].mean((2, 3), keepdim=True))


class OfTheBatch(Plain):
    """A number of the whole batch enters: 0 where there is no image."""

    def forward(self, images):
        return self.head(self.trunk(images) * (1 + images.abs().sum()))


class OtherWay(Plain):
    """Takes another way where the images are dark, as none at all are."""

    def forward(self, images):
        bright = images.abs().sum() > 0
        return self.head(self.trunk(images) if bright else self.trunk[:3](images))


class OftenWithout(Plain):
    """Calls the layer once more where the images are dark."""

    def forward(self, images):
        features = self.trunk(images)
        return self.head(features if images.abs().sum() > 0 else self.trunk(images))


@pytest.mark.parametrize("kind", [Refuses, Around, OfTheBatch, OtherWay, OftenWithout])
@pytest.mark.parametrize("method", ["hirescam", "ablationcam"])
def test_networks_that_need_images_get_them(kind, method):
    torch.manual_seed(9)
    network, images = kind(*deep(nn.Tanh())).eval(), torch.randn(2, 3, 24, 24)
    found = heed.explain(network, images, method, layer="trunk", batch_size=1)
    for number in range(2):
        image = images[number : number + 1]
        with torch.no_grad():
            features, logits = network.trunk(image), network(image)[0]
            np.testing.assert_allclose(found.logits[number], logits, rtol=1e-5)
            if method == "hirescam":
                continue
            expected = 0
            for channel in range(features.shape[1]):
                without = features.clone()
                without[:, channel] = 0
                handle = network.trunk.register_forward_hook(lambda *_, put=without: put)
                lost = (logits - network(image)[0]) / logits
                handle.remove()
                expected = expected + lost[:, None, None] * features[0, channel]
        scale = float(expected.abs().max())
        np.testing.assert_allclose(found.maps[number], expected, rtol=0, atol=1e-4 * scale)


class FirstAlone(Plain):
    """Behind the layer one cell alone is read, as a transformer reads its class token."""

    def forward(self, images):
        tokens = self.last(self.trunk(images).flatten(2).transpose(1, 2))
        return self.head(tokens[:, 0])


def test_a_layer_whose_cells_no_output_reads_is_named_once():
    network, images = FirstAlone(nn.Tanh(), nn.Linear(8, 4)), torch.rand(4, 3, 24, 24)
    network.last = nn.Identity()
    with pytest.warns(UserWarning, match="layer 'last': .* no output's gradient") as caught:
        found = heed.explain(
            network, images, layer="last", batch_size=2,
            reshape=lambda tokens: tokens[:, 1:].transpose(1, 2).unflatten(2, (9, 11)),
        )  # fmt: skip
    assert not found.maps.any()
    assert sum("gradient" in str(each.message) for each in caught) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert heed.explain(network, images, layer="trunk").maps.any()
