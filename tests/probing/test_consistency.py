"""The study's parameters as a whole: what is refused, and how it is named."""

from pathlib import Path
from typing import Any

import pytest

from heed.base.settings import ParamsError
from heed.probing.consistency import check_all
from tests.probing.changed_params import STUDY, changed

LFW = {
    "persons__source": "folder",
    "persons__root": "/faces/train",
    "persons__pairs": "/lfw/pairs.txt",
    "persons__pairs_root": "/lfw/images",
}
ALL = {"names": ["*"], "kinds": ["conv"]}


def test_the_projects_own_parameters_are_accepted() -> None:
    check_all(STUDY / "params.yaml", STUDY / "dvc.yaml")


@pytest.mark.parametrize(
    "values",
    [
        LFW,
        {"data__source": "celeba", "data__root": "/celeba", "persons__source": "faces"},
        {
            "networks__mine": {"of": "file", "weights": "../../weights/mine.safetensors"},
            "layers__mine": ALL,
        },
        {"silence__attributes": []},
    ],
)
def test_other_persons_and_networks_are_accepted(tmp_path: Path, values: dict[str, Any]) -> None:
    check_all(changed(tmp_path, **values), STUDY / "dvc.yaml")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"layer": {}}, r"found the key layer; expected data, synthetic"),
        ({"networks__more": {"of": "random", "plan": "vgg16"}}, r"layers\.more is missing"),
        ({"layers__more": ALL}, r"layers\.more: found no network of this name; expected some of r"),
        ({"layers__plain": {**ALL, "kinds": ["relu"]}}, r"layers\.plain\.kinds\.0: found 'relu'"),
        ({"layers__plain": {**ALL, "names": []}}, r"layers\.plain\.names"),
        ({"networks__plain": {"of": "identities"}}, r"networks\.plain.*set plan"),
        ({"networks__plain": {"of": "file", "plan": "vgg16"}}, r"networks\.plain.*set weights"),
        (
            {"networks__plain": {"of": "random", "plan": "small_plain", "width": 8}},
            r"depth is null; small_plain needs",
        ),
        (
            {
                "networks__plain": {
                    "of": "file",
                    "weights": "data/networks/residual/0.safetensors",
                }
            },
            r"networks\.plain\.weights: data/networks/residual/0\.safetensors is in the way of",
        ),
        ({"seeds__numbers": []}, r"seeds\.numbers"),
        ({"seeds__numbers": [0, 1, 0]}, r"seeds\.numbers: found 0 twice"),
        ({"probe__training": 7}, r"probe\.training: found 7"),
        ({"probe__regularisation": 1.5}, r"probe\.regularisation: found 1\.5"),
        ({"baseline__network": "residual"}, r"baseline\.network: found 'residual'.*attributes"),
        ({"baseline__network": "nobody"}, r"baseline\.network: found 'nobody'"),
        ({"silence__attributes": ["Smile"]}, r"silence\.attributes: found 'Smile'"),
        ({"silence__attributes": ["Bald", "Bald"]}, r"silence\.attributes: found Bald twice"),
        ({"silence__depths": [10, 10]}, r"silence\.depths: found 10\.0 twice"),
        ({"silence__shares": [0.1, 1.0]}, r"silence\.shares\.1: found 1\.0"),
        ({"answers__networks": {"nobody": None}}, r"answers\.networks: found 'nobody'"),
        ({"persons__root": "elsewhere"}, r"persons\.source is drawn and persons\.root is elsewher"),
        ({"persons__pairs": "/lfw/pairs.txt"}, r"pairs_root None; set both, or neither"),
        (
            {"persons__pairs": "/lfw/pairs.txt", "persons__pairs_root": "/lfw"},
            r"persons\.source is drawn and persons\.pairs names a file",
        ),
        ({**LFW, "persons__root": "data/persons/mine"}, r"persons\.root: .* in the way of data/p"),
        (
            {**LFW, "persons__pairs_root": "data/faces.npy"},
            r"persons\.pairs_root: .* in the way of",
        ),
        ({"training__crop": 256}, r"crop is 256, and side 128"),
        ({"data__root": "elsewhere"}, r"data\.source is synthetic and data\.root is elsewhere"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, values: dict[str, Any], message: str) -> None:
    path = changed(tmp_path, **values)
    with pytest.raises(ParamsError, match=message):
        check_all(path, STUDY / "dvc.yaml")
