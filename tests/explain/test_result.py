"""Targets, pixels and pictures of an explanation."""

import pickle

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

import heed
from heed.explain.postprocess import normalise
from tests.explain.strangers import Plain, deep, pooled

SIZE = (24, 30)


@pytest.fixture(scope="module", params=["gradcam", "layercam", "eigencam"])
def explained(request):
    torch.manual_seed(8)
    network, images = Plain(*deep(nn.Tanh())), torch.rand(5, 3, *SIZE)
    return heed.explain(network, images, request.param, layer="trunk", names=list("abcd"))


def test_targets_are_maps_of_z_and_of_minus_z(explained):
    z = explained.logits
    assert (z > 0).any()
    assert (z < 0).any()
    labels = np.where(np.random.default_rng(0).random(z.shape) < 0.5, -1, 1)
    of_z = normalise(explained.maps, SIZE)
    of_minus = normalise(explained.negative_maps, SIZE)
    signs = {
        "positive": np.ones_like(z),
        "predicted": np.sign(z),
        "predicted_true": np.sign(z) * labels,
        "true": labels,
    }
    for target, sign in signs.items():
        expected = np.where(sign[:, :, None, None] > 0, of_z, of_minus)
        found = explained.pixels(target, labels=labels)
        np.testing.assert_array_equal(found, expected)
    with pytest.raises(ValueError, match="'true' needs labels=: "):
        explained.pixels("true")
    with pytest.raises(ValueError, match="found 'negative'; expected 'positive', 'predicted'"):
        explained.pixels("negative")


def test_a_class_per_image(explained):
    classes = [3, 0, 2, 2, 1]
    expected = explained.pixels()[np.arange(5), classes]
    np.testing.assert_array_equal(explained.pixels(classes), expected)
    with pytest.raises(ValueError, match="one class per image: 5 integers"):
        explained.pixels([1, 2])
    with pytest.raises(ValueError, match="a class beyond 0 to 3"):
        explained.pixels([4, 0, 0, 0, 0])


def test_a_function_of_the_logits_is_a_network_with_this_output():
    torch.manual_seed(8)
    network, images = Plain(*deep(nn.Tanh())), torch.rand(5, 3, *SIZE)

    def difference(logits):
        return logits[:, 1] ** 2 - 3 * logits[:, 0]

    stored = heed.explain(network, images, layer="trunk").pixels(difference)
    own = heed.explain(network, images, layer="trunk", select=difference).pixels()
    np.testing.assert_allclose(stored, own[:, 0], atol=1e-5)
    layercam = heed.explain(network, images, "layercam", layer="trunk")
    with pytest.raises(ValueError, match="layercam is not linear in the gradient"):
        layercam.pixels(difference)
    with pytest.raises(ValueError, match="does not depend on the logits, or is detached"):
        heed.explain(network, images, layer="trunk").pixels(lambda z: z.detach()[:, 0])
    with pytest.raises(ValueError, match=r"gives \(5, 4\); expected one number an image, \(5,\)"):
        heed.explain(network, images, layer="trunk").pixels(lambda logits: logits)


def test_placement_moves_pixels_to_where_cells_look(explained):
    assert explained.layer == "trunk"
    moved = explained.pixels(placement="receptive_field")
    expected = explained.layers[0].placement("receptive_field", SIZE)
    assert (expected.x.stride, expected.x.offset) == (2, 2)  # 3 padded by 1, stride 2; then 3
    np.testing.assert_array_equal(moved, normalise(explained.maps, SIZE, expected))
    assert not np.array_equal(moved, explained.pixels())
    with pytest.raises(ValueError, match="found 'middle'; expected 'receptive_field' or"):
        explained.pixels(placement="middle")


def test_it_can_be_stored(explained):
    explained.pixels(placement="receptive_field")
    again = pickle.loads(pickle.dumps(explained))
    np.testing.assert_array_equal(again.pixels("predicted"), explained.pixels("predicted"))
    again.pixels(placement="receptive_field")  # it was known


def test_a_picture(explained):
    figure = explained.show(image=1, output="c", target="predicted")
    (axes,) = figure.axes
    assert axes.get_title() == f"c: {explained.logits[1, 2]:.2f}"
    photograph, shown = axes.images
    np.testing.assert_allclose(photograph.get_array().shape, (*SIZE, 3))
    np.testing.assert_array_equal(shown.get_array(), explained.pixels("predicted")[1, 2])
    with pytest.raises(ValueError, match="output 'e': the outputs' names are a, b, c, d"):
        explained.show(output="e")
    with pytest.raises(ValueError, match="image 5: expected 0 to 4"):
        explained.show(image=5)


def test_images_in_any_form_give_the_same():
    torch.manual_seed(8)
    network = Plain(*pooled())
    photographs = np.random.default_rng(1).integers(0, 256, (5, 24, 24, 3), dtype=np.uint8)
    floats = photographs.transpose(0, 3, 1, 2).astype(np.float32) / 255
    expected = heed.explain(network, torch.from_numpy(floats), layer="trunk")
    labelled = torch.utils.data.TensorDataset(torch.from_numpy(floats), torch.zeros(5))
    forms = [
        photographs,
        floats,
        floats.astype(np.float64),
        torch.utils.data.DataLoader(labelled, batch_size=2),
        ({"pixel_values": each[None]} for each in floats),
    ]
    for images in forms:
        found = heed.explain(network, images, layer="trunk")
        np.testing.assert_allclose(found.maps, expected.maps, atol=1e-6)
        np.testing.assert_allclose(found.contribution + found.bias, expected.logits, atol=1e-6)
    chosen = heed.explain(network, floats, layer="trunk", outputs=[2, 0])
    np.testing.assert_allclose(chosen.maps, expected.maps[:, [2, 0]], atol=1e-6)


NETWORK = Plain(*deep(nn.ReLU()))
IMAGES = torch.rand(1, 3, 24, 24)


@pytest.mark.parametrize(
    ("model", "images", "told", "message"),
    [
        (lambda x: x, IMAGES, {}, "model: found function; expected a torch.nn.Module"),
        (NETWORK, IMAGES[0], {}, r"\(3, 24, 24\); expected .*: one image is images\[None\]"),
        (NETWORK, IMAGES[:0], {}, "images: found none"),
        (NETWORK, "faces/", {}, "images: found str; expected a tensor"),
        (
            NETWORK,
            IMAGES.permute(0, 2, 3, 1),
            {},
            r"^images are \(1, 24, 24, 3\); expected "
            r"\(N, 3, H, W\), .* 'trunk\.0' has 3 channels: put the channels first.* RuntimeError",
        ),
        (NETWORK, IMAGES[:, [0, 0, 0, 0]], {}, r"\(1, 4, 24, 24\); .* leave the alpha of RGBA out"),
        (NETWORK, np.zeros((2, 24, 24, 4), np.uint8), {}, "leave the alpha of RGBA out"),
        (NETWORK, IMAGES[:, :1], {}, r"grey values three times: images\.repeat\(1, 3, 1, 1\)"),
        (NETWORK, IMAGES[:, :2], {}, "give images of 3 channels"),
        (NETWORK, (IMAGES * 255).long(), {}, r"images are torch\.int64 .* images\.float\(\) / 255"),
        (NETWORK, IMAGES > 0.5, {}, r"images are torch\.bool .*; expected floating point"),
        (NETWORK, np.array([None, "a"]), {}, r"found an array of object \(2,\); expected numbers"),
        (
            NETWORK,
            IMAGES,
            {"preprocess": lambda x: None},
            r"preprocess: returns NoneType for a "
            r"tensor \(1, 3, 24, 24\); expected a tensor \(B, C, H, W\): return one",
        ),
        (NETWORK, IMAGES, {"preprocess": lambda x: x.numpy()}, "torch.from_numpy makes one"),
        (NETWORK, list(IMAGES), {}, r"a list of single images \(Tensor\); .* torch\.stack\("),
        (NETWORK, list(IMAGES.numpy()), {}, r"single images \(ndarray\); .* np\.stack\(images\)"),
        (NETWORK, [Image.new("RGB", (24, 24))], {}, r"single images \(Image\); .*convert\("),
        (NETWORK, IMAGES, {"method": "gradcma"}, "found 'gradcma'; expected 'ablationcam', "),
        (NETWORK, IMAGES, {"layer": "trnk"}, "no such layer; did you mean 'trunk'"),
        (NETWORK, IMAGES, {"layer": nn.ReLU()}, "ReLU is not a layer of Plain"),
        (NETWORK, IMAGES, {"layer": "head.4"}, "puts out no grid of features"),
        (NETWORK, IMAGES, {"outputs": [4]}, r"found \[4\]; expected a list of some of 0 to 3"),
        (NETWORK, IMAGES, {"outputs": [True, False]}, r"outputs: found \[True, False\]; expected"),
        (NETWORK, IMAGES, {"outputs": [1.5]}, r"outputs: found \[1.5\]; expected"),
        (NETWORK, IMAGES, {"outputs": [-1]}, r"outputs: found \[-1\]; expected"),
        (NETWORK, IMAGES, {"names": "abcd"}, "names: found 'abcd'; expected a list of strings"),
        (NETWORK, IMAGES, {"layer": ""}, "layer '': Plain has no such layer"),
        (NETWORK, IMAGES, {"outputs": 2}, r"outputs: found 2; expected a list"),
        (
            NETWORK,
            IMAGES,
            {"method": "occlusion", "options": {"cells": 7}},
            "cells=7; expected two",
        ),
        (
            NETWORK,
            IMAGES,
            {"method": "package:GradCAM", "options": {"aug": 1}},
            "options: found 'aug'; package:GradCAM has none",
        ),
        (NETWORK, IMAGES, {"batch_size": 0}, "batch_size: found 0; expected a whole number"),
        (NETWORK, IMAGES, {"memory": -1}, "memory: found -1; expected a whole number"),
        (NETWORK, IMAGES, {"method": None}, "method: found None; expected 'ablationcam', "),
        (NETWORK, IMAGES, {"layer": None}, "layer: found None; expected a module"),
        (NETWORK, IMAGES, {"layer": []}, r"layer: found \[\]; expected a module"),
        (NETWORK, IMAGES, {"select": 0}, r"select=0: .* \(1, 4\), of which that is one image"),
        (NETWORK, [IMAGES, IMAGES[..., :23]], {}, "found 24x24 and then 24x23; expected one size"),
        (NETWORK, IMAGES[..., :12], {"reshape": "tokens"}, "found images of 24x12; expected sq"),
        (NETWORK, IMAGES, {"names": ["a"]}, "names: found 1 for 4 outputs"),
        (NETWORK, IMAGES, {"method": "cam"}, "'cam': the head is not affine"),
        (NETWORK, IMAGES, {"options": {"seed": 1}}, "options: found 'seed'; gradcam has none"),
        (NETWORK, IMAGES, {"reshape": "patches"}, "reshape: found 'patches'; expected 'tokens'"),
        (NETWORK.trunk, IMAGES, {}, "expected logits"),
        (NETWORK, IMAGES, {"select": "scores"}, r"select='scores': the network returns a tensor"),
    ],
)
def test_what_does_not_fit_is_refused(model, images, told, message):
    with pytest.raises(ValueError, match=message):
        heed.explain(model, images, **told)


def test_nan_names_the_image_and_the_layer():
    torch.manual_seed(8)
    network = Plain(*deep(nn.ReLU()))
    with torch.no_grad():
        network.head[2].bias[3] = torch.nan
    with pytest.raises(ValueError, match=r"image 0 .* first layer .* is 'head\.2' \(Linear\)"):
        heed.explain(network, IMAGES)
    images = torch.rand(5, 3, 24, 24)
    images[3, 0, 5, 5] = torch.inf
    with pytest.raises(ValueError, match=r"^image 3 \(counted from 0\) itself holds NaN"):
        heed.explain(NETWORK, images, batch_size=2)


def test_rise_and_occlusion_find_the_pixels_that_count():
    network = nn.Sequential(nn.Conv2d(3, 1, 1, bias=False), nn.Flatten(), nn.Linear(256, 1))
    with torch.no_grad():
        network[0].weight.fill_(1)
        network[2].weight.zero_()
        network[2].weight.view(16, 16)[4:8, 8:12] = 1
    images = torch.ones(1, 3, 16, 16)
    told = {"layer": "0"}
    occluded = heed.explain(network, images, "occlusion", options={"cells": (4, 4)}, **told).maps
    expected = np.zeros((4, 4), np.float32)
    expected[1, 2] = 48  # the block holds 16 pixels of three channels
    np.testing.assert_allclose(occluded[0, 0], expected, atol=1e-5)
    options = {"masks": 400, "cells": 4}
    seeded = heed.explain(network, images, "rise", options=options, **told).maps
    again = heed.explain(network, images, "rise", options=options, **told).maps
    np.testing.assert_array_equal(seeded, again)
    y, x = np.unravel_index(seeded[0, 0].argmax(), (16, 16))
    assert 3 <= y <= 8
    assert 7 <= x <= 12
