"""Every error of Heed's can cross from one process to another, and is of one base."""

import importlib
import pickle
import pkgutil

import pytest

import heed
from heed.base.errors import HeedError, kinds_of_errors


def modules() -> list[str]:
    found = pkgutil.walk_packages(heed.__path__, "heed.")
    return [module.name for module in found if not module.name.endswith("pipeline.process")]


for name in modules():
    importlib.import_module(name)


@pytest.mark.parametrize("kind", list(kinds_of_errors()), ids=lambda kind: kind.__qualname__)
def test_an_error_is_its_message_and_can_be_pickled(kind: type[HeedError]) -> None:
    error = pickle.loads(pickle.dumps(kind("a.txt: found nothing")))
    assert type(error) is kind
    assert str(error) == "a.txt: found nothing"


def test_every_error_class_of_the_library_is_one() -> None:
    kinds = set(kinds_of_errors())
    for name in modules():
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, type) and value.__name__.endswith("Error"):
                assert value in kinds or not value.__module__.startswith("heed."), value
