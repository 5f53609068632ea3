from pathlib import Path
from typing import get_args

import pytest
import torch

import heed.explain.methods
from heed.base.settings import ParamsError, load
from heed.explain.catalogue import METHODS
from heed.explain.settings import METHOD_NAMES, InferParams, Layer


def test_every_module_of_the_methods_is_one():
    (folder,) = heed.explain.methods.__path__
    files = sorted(path.stem for path in Path(folder).glob("[a-z]*.py"))
    assert list(METHOD_NAMES) == files == list(METHODS)


def test_an_unknown_method_is_an_error_of_the_parameters(tmp_path):
    text = "infer: {layer: before_relu, methods: [gradcma], batch_size: 1}\n"
    (tmp_path / "params.yaml").write_text(text)
    with pytest.raises(ParamsError, match=r"'gradcma'.*'gradcam'.*'hirescam'"):
        load(InferParams, tmp_path / "params.yaml")


@pytest.mark.parametrize("layer", get_args(Layer))
@pytest.mark.parametrize("name", METHOD_NAMES)
def test_a_method_is_odd_if_it_says_so(name, layer):
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(2, 6, 7, 7, generator=generator)
    features = features if layer == "before_relu" else features.relu()
    weights = torch.randn(3, 6, generator=generator)
    method = METHODS[name]
    maps, of_minus_z = method(features, weights, layer), method(features, -weights, layer)
    assert maps.shape == (2, 3, 7, 7)
    assert torch.allclose(of_minus_z, -maps) == method.odd
