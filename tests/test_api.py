"""The names that ``import heed`` offers."""

import doctest
import inspect
import pickle
import subprocess
import sys
import tomllib
from importlib import import_module

import numpy as np
import pytest
import torch

import heed
from tests.places import ROOT

FUNCTIONS = sorted(set(heed.__all__) - {"__version__", "masks"})
SCORES = ["acceptable_mask_ratio", "proportional_energy", "intersection_over_union"]
RNG = np.random.default_rng(0)


def loaded_after(code: str) -> set[str]:
    """Which of the large packages a fresh Python has imported."""
    code += "; print(*{name.split('.')[0] for name in sys.modules})"
    command = [sys.executable, "-c", f"import sys; {code}"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return set(found.split()) & {"torch", "cv2", "pandas", "numpy", "scipy", "zarr", "pydantic"}


def test_importing_heed_imports_nothing_large():
    assert loaded_after("import heed; dir(heed); heed.__version__; heed.masks") == set()


def test_scores_need_no_torch():
    others = {"load_network", "results"}
    code = "import heed; " + "; ".join(f"heed.{name}" for name in sorted(set(FUNCTIONS) - others))
    assert loaded_after(code) == {"numpy", "scipy"}


def test_dir_is_the_public_names_and_each_is_there():
    assert dir(heed) == sorted(heed.__all__)
    assert dir(heed.masks) == ["for_landmarks"]
    for name in heed.__all__:
        assert getattr(heed, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'explanation'"):
        heed.explanation  # noqa: B018
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        heed.masks.nothing  # noqa: B018


def test_the_version_is_that_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "heed.__version__"}


@pytest.mark.parametrize(
    "function", [*(getattr(heed, n) for n in FUNCTIONS), heed.masks.for_landmarks]
)
def test_each_function_is_documented_and_its_example_runs(function):
    function = inspect.unwrap(function)
    for section in ("Args:", "Returns:", "Raises:", "Example:"):
        assert section in function.__doc__
    for parameter in inspect.signature(function).parameters:
        assert f"        {parameter}: " in function.__doc__
    module = import_module(function.__module__)
    tests = doctest.DocTestFinder(recurse=False).find(function, globs=vars(module).copy())
    assert sum(len(test.examples) for test in tests) >= 2
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    for test in tests:
        assert runner.run(test).failed == 0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_they_can_be_sent_to_another_process(name):
    assert pickle.loads(pickle.dumps(getattr(heed, name))) is getattr(heed, name)


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize("kind", [torch.float32, torch.float64])
def test_scores_of_tensors_are_those_of_arrays(name, kind):
    maps, masks = RNG.random((2, 3, 8, 6)), RNG.random((3, 8, 6)) < 0.5
    maps[0, 0], masks[1] = 0, False
    score = getattr(heed, name)
    given = torch.tensor(maps, dtype=kind)
    expected = score(given.numpy(), masks)
    assert type(expected) is np.ndarray
    for as_masks in (torch.tensor(masks), masks):
        found = score(given, as_masks)
        assert isinstance(found, torch.Tensor)
        assert found.dtype == torch.float64
        np.testing.assert_array_equal(found.numpy(), expected)
    assert isinstance(score(given.numpy(), torch.tensor(masks)), torch.Tensor)
    assert score(given[0, 1], torch.tensor(masks[0])).shape == ()


def test_rates_and_divergences_of_tensors_are_those_of_arrays():
    logits, labels = RNG.normal(size=(20, 5)), RNG.choice([-1, 1], (20, 5))
    expected = heed.error_rates(logits, labels)
    found = heed.error_rates(torch.tensor(logits), torch.tensor(labels))
    for name, values in found._asdict().items():
        assert isinstance(values, torch.Tensor)
        np.testing.assert_array_equal(values.numpy(), getattr(expected, name))
    p, q = RNG.random((2, 4, 7, 7))
    kl = heed.kl_divergence(torch.tensor(p), torch.tensor(q))
    np.testing.assert_array_equal(kl.numpy(), heed.kl_divergence(p, q))
    assert kl.shape == (4,)


def test_the_package_is_the_function_whatever_was_imported_before():
    """The name of a package stands in its parent from the first import of a module of it on."""
    for first in ("", "import heed.explain.settings; ", "from heed.explain import names; "):
        code = f"{first}import heed; assert callable(heed.explain); import pydantic"
        assert "torch" not in loaded_after(code)
    signature = inspect.signature(heed.explain)
    assert list(signature.parameters)[:3] == ["model", "images", "method"]
