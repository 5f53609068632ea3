from pathlib import Path
from typing import get_args

import pytest
import torch

import heed.explain.methods
from heed.base.settings import ParamsError, load
from heed.explain.catalogue import METHODS
from heed.explain.gate import affine_gradient
from heed.explain.gradient import DenseGradient
from heed.explain.method import GradientMethod
from heed.explain.settings import METHOD_NAMES, STORED_METHODS, InferParams, Layer


def test_every_module_of_the_methods_is_one():
    (folder,) = heed.explain.methods.__path__
    files = sorted(path.stem for path in Path(folder).glob("[a-z]*.py"))
    assert list(METHOD_NAMES) == files == list(METHODS)


def test_an_unknown_method_is_an_error_of_the_parameters(tmp_path):
    text = "infer: {layer: before_relu, methods: [gradcma], batch_size: 1}\n"
    (tmp_path / "params.yaml").write_text(text)
    with pytest.raises(ParamsError, match=r"'gradcma'.*'gradcam'.*'hirescam'"):
        load(InferParams, tmp_path / "params.yaml")


def test_stored_methods_are_all_that_need_features_and_gradient_alone(tmp_path):
    assert list(STORED_METHODS) == GRADIENT_METHODS
    # Those that are not odd have an array of -z beside that of z, which is told by its name.
    assert {METHODS[name].symmetry for name in GRADIENT_METHODS} == {"odd", "none"}
    for name, refused in (("layercam", False), ("scorecam", True)):
        text = (
            f"infer: {{layer: before_relu, methods: [{name}], batch_size: 1, memory: 1, "
            "device: cpu, precision: float32}\n"
        )
        (tmp_path / "params.yaml").write_text(text)
        if not refused:
            assert load(InferParams, tmp_path / "params.yaml").methods == [name]
            continue
        with pytest.raises(ParamsError, match=r"'scorecam'.*'cam', 'elementwise', .*'xgradcam'"):
            load(InferParams, tmp_path / "params.yaml")


def gradients(kind, generator):
    """Features, and the gradient of three logits in either form."""
    features = torch.randn(2, 6, 7, 7, generator=generator)
    if kind == "dense":
        return features, DenseGradient(torch.randn(3, 2, 6, 7, 7, generator=generator))
    features = features if kind == "before_relu" else features.relu()
    return features, affine_gradient(features, torch.randn(3, 6, generator=generator), kind)


GRADIENT_METHODS = [n for n in METHOD_NAMES if isinstance(METHODS[n], GradientMethod)]


KINDS = [
    (name, kind)
    for name in GRADIENT_METHODS
    for kind in ("dense", *get_args(Layer))
    if (name, kind) != ("cam", "dense")  # there is none without an affine head
]


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_a_method_is_odd_if_it_says_so(name, kind):
    features, gradient = gradients(kind, torch.Generator().manual_seed(0))
    method = METHODS[name]
    maps = method.maps(features, gradient)
    of_minus_z = method.maps(features, gradient.negative())
    assert maps.shape == (2, 3, 7, 7)
    assert torch.allclose(of_minus_z, -maps) == method.odd


@pytest.mark.parametrize("kind", get_args(Layer))
@pytest.mark.parametrize("name", GRADIENT_METHODS)
def test_both_forms_of_the_gradient_give_the_same_maps(name, kind):
    features, factored = gradients(kind, torch.Generator().manual_seed(1))
    dense = DenseGradient(factored.matrix[:, None, :, None, None] * factored.gate)
    assert dense.values.shape == (3, 2, 6, 7, 7)
    maps = METHODS[name].maps(features, factored)
    if name == "cam":
        torch.testing.assert_close(maps, METHODS["hirescam"].maps(features, dense))
    else:
        torch.testing.assert_close(maps, METHODS[name].maps(features, dense))


@pytest.mark.parametrize("name", METHOD_NAMES)
def test_each_method_says_what_it_is(name):
    method = METHODS[name]
    assert method.formula
    assert method.source
    assert method.price
