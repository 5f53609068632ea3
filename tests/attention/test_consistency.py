"""The study's parameters as a whole: what is refused, and how it is named."""

from pathlib import Path
from typing import Any

import pytest

from heed.attention.consistency import check_all
from heed.base.settings import ParamsError
from tests.attention.changed_params import STUDY, changed


def test_the_projects_own_parameters_are_accepted() -> None:
    check_all(STUDY / "params.yaml", STUDY / "dvc.yaml")


PAIR = {"attribute": "Smiling", "confounder": "Male", "regions": ["mouth"]}
RUN = {"pairs": ["lipstick"], "loss": "iou", "weights": [1, 5]}
ALEXNET = "torchvision:alexnet"


@pytest.mark.parametrize(
    "values",
    [
        {"pairs__more": {**PAIR, "regions": ["mask_3", "mouth"]}},
        {"pairs__more": {**PAIR, "regions": None, "box": [0, 0, 224, 224]}},
        {"runs__more": {**RUN, "pairs": ["lipstick", "chin"], "steepness": 20}},
        {"runs__more": {**RUN, "images": "predicted", "heavier": {"mouth": 3}}},
        {"network__name": ALEXNET, "maps__layer": "features.10"},
        {"network__name": ALEXNET, "maps__layer": "auto"},
        {"networks__plain__seeds": 3},
        {"crop__scale": 6.0, "mask__version": 3},
    ],
)
def test_what_fits_is_accepted(values: dict[str, Any], tmp_path: Path) -> None:
    check_all(changed(tmp_path, **values), STUDY / "dvc.yaml")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"score": {}}, r"found the key score; expected data, synthetic"),
        ({"seeds__numbers": [1, 1]}, r"seeds: .*numbers are \[1, 1\]; expected each once"),
        ({"tuning__start": "bce"}, r"tuning\.start: found 'bce'; expected one of networks: plain"),
        ({"tuning__schedule": "plateau"}, r"tuning\.schedule: found 'plateau'"),
        ({"networks__plain__seeds": 2}, r"networks\.plain\.seeds: found 2; expected null"),
        ({"networks__mixture__seeds": 4}, r"networks\.mixture\.seeds: found 4; expected at most 3"),
        ({"networks__mixture__of": "eyes"}, r"networks\.mixture\.of: found 'eyes'"),
        ({"runs__Plain": RUN}, r"runs\.Plain: found the name of a network, plain"),
        ({"pairs__more": {**PAIR, "attribute": "Lips"}}, r"more\.attribute: found 'Lips'"),
        ({"pairs__more": {**PAIR, "confounder": "Smiling"}}, r"confounder: .*is the attribute"),
        ({"pairs__more": {**PAIR, "regions": None}}, r"pairs\.more: .*set one of them"),
        ({"pairs__more": {**PAIR, "box": [0, 0, 9, 9]}}, r"pairs\.more: .*set one of them"),
        ({"pairs__more": {**PAIR, "regions": []}}, r"pairs\.more\.regions"),
        (
            {"pairs__more": {**PAIR, "regions": ["lips"]}},
            r"more\.regions: found 'lips'; expected some of face, .*mask_1",
        ),
        (
            {"pairs__more": {**PAIR, "regions": None, "box": [9, 0, 9, 9]}},
            r"expected x0, y0, x1, y1 with x0 < x1",
        ),
        (
            {"pairs__more": {**PAIR, "regions": None, "box": [0, 0, 300, 9]}},
            r"more\.box: .*expected pixels of the template's crop, 0 to 224",
        ),
        (
            {"pairs__more": {**PAIR, "regions": ["mask_1"]}, "crop__scale": 6.0},
            r"more\.regions: found version 1, which is for crop\.scale 5\.5",
        ),
        ({"runs__more": {**RUN, "loss": "l1"}}, r"runs\.more\.loss: found 'l1'"),
        ({"runs__more": {**RUN, "loss": "none"}}, r"runs\.more: .*none for the loss none"),
        ({"runs__more": {**RUN, "pairs": []}}, r"runs\.more: .*expected pairs for a map loss"),
        ({"runs__more": {**RUN, "pairs": ["lips"]}}, r"more\.pairs: found 'lips'; expected some"),
        (
            {"runs__more": {**RUN, "pairs": ["lipstick", "lipstick"]}},
            r"runs\.more: .*expected each once",
        ),
        (
            {
                "pairs__more": {**PAIR, "attribute": "Wearing_Lipstick"},
                "runs__more": {**RUN, "pairs": ["lipstick", "more"]},
            },
            r"found two pairs of Wearing_Lipstick; expected one",
        ),
        ({"runs__more": {**RUN, "weights": [1]}}, r"runs\.more\.weights"),
        ({"runs__more": {**RUN, "weights": [1, -1]}}, r"runs\.more\.weights\.1: found -1"),
        ({"runs__more": {**RUN, "heavier": {"lips": 3}}}, r"more\.heavier: found 'lips'"),
        ({"runs__more": {**RUN, "loss": "energy", "steepness": 9}}, r"energy has none: set null"),
        ({"runs": {"more": RUN}}, r"runs: found none whose loss is none; expected a control"),
        ({"mask__version": "evidence"}, r"mask\.version: found evidence; expected 1 or 2 or 3"),
        ({"mask__version": 1, "crop__scale": 6.0}, r"mask\.version: found version 1"),
        ({"maps__layer": "features.10"}, r"maps\.layer: found 'features\.10' for nano"),
        ({"network__name": ALEXNET}, r"maps\.layer: found before_relu for torchvision:alexnet"),
        ({"data__root": "../elsewhere"}, r"data\.source is synthetic and data\.root"),
        ({"network__pretrained": "data/networks/plain"}, r"data/networks/plain is in the way"),
        ({"evaluate__examples": 3}, r"evaluate\.examples: found 3"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(values: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = changed(tmp_path, **values)
    with pytest.raises(ParamsError, match=message):
        check_all(path, STUDY / "dvc.yaml")
