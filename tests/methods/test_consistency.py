"""The study's parameters as a whole: what is refused, and how it is named."""

from pathlib import Path
from typing import Any

import pytest

from heed.base.settings import ParamsError
from heed.methods.consistency import DRAWN, check_all
from heed.methods.run_settings import RunParams, load_run
from tests.methods.changed_params import STUDY, changed


def test_the_projects_own_parameters_are_accepted() -> None:
    check_all(STUDY / "params.yaml", STUDY / "dvc.yaml")


LEVEL = {"factor": "depth", "level": "4 blocks", "changes": {"depth": 4}}

CELEBA = {"data__source": "celeba", "data__root": "/faces", "data__positive": "Smiling"}


def test_celebas_parameters_are_accepted(tmp_path: Path) -> None:
    for version in (1, 2, 3):
        check_all(changed(tmp_path, **CELEBA, celeba__mask_version=version), STUDY / "dvc.yaml")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"mask": {}}, r"found the key mask; expected data, fundus"),
        ({"data__side": 100}, r"data\.side.*found 100"),
        ({"data__source": "faces"}, r"data\.positive: found 'glaucoma'; expected an attribute"),
        (
            {"data__source": "celeba", "data__root": "/faces"},
            r"data\.positive: found 'glaucoma'; expected an attribute of CelebA",
        ),
        ({**CELEBA, "celeba__mask_version": "evidence"}, r"mask_version: found evidence.*1 or 2"),
        ({**CELEBA, "celeba__mask_version": 9}, r"celeba\.mask_version: found 9"),
        ({**CELEBA, "celeba__train": 7}, r"celeba\.train: found 7"),
        ({**CELEBA, "data__landmark_size": "178"}, r"data\.landmark_size: found '178'.*178x218"),
        ({**CELEBA, "data__root": "data/drawn"}, r"data/drawn is in the way of data/drawn"),
        ({"data__root": "elsewhere"}, r"data\.source is drawn and data\.root is elsewhere"),
        (
            {"data__source": "folder", "data__root": "data/networks/base/first"},
            r"data\.root: .*data/networks/base/first.* is in the way of",
        ),
        (
            {"seeds__more": {"numbers": [5, 2]}},
            r"more\.numbers: found 2, which seeds\.first",
        ),
        ({"seeds__first": {"numbers": [5, 5]}}, r"first\.numbers: found 5, .* stands there"),
        ({"seeds__more": {"number": [5]}}, r"seeds\.more\.number"),
        ({"base__dropout": 1.0}, r"base\.dropout: found 1\.0"),
        ({"base__network": "vgg"}, r"base\.network: found 'vgg'"),
        ({"base__pretrained": "weights/r.safetensors"}, r"for a small network; expected null"),
        ({"base__keep_every": 99}, r"base: found keep_every 99 with 10 epochs"),
        (
            {"levels__more": {**LEVEL, "changes": {"dept": 4}}},
            r"levels\.more\.changes\.dept: found 4",
        ),
        (
            {"levels__more": {**LEVEL, "changes": {"depth": 0}}},
            r"levels\.more\.changes\.depth: found 0",
        ),
        (
            {"levels__more": {**LEVEL, "level": "2 blocks"}},
            r"levels\.more: found the factor and level of depth_2",
        ),
        ({"levels__error": LEVEL}, r"levels\.error: found the name error, which is what DVC"),
        (
            {"levels__more": {**LEVEL, "changes": {"network": "resnet18", "batch_norm": False}}},
            r"levels\.more: found batch_norm false for resnet18",
        ),
        (
            {"levels__more": {**LEVEL, "changes": {"network": "resnet34", "depth": 3}}},
            r"levels\.more\.changes: found depth, which resnet34 does not have",
        ),
        (
            {"score__methods": ["gradcam", "gradcamm"]},
            r"score\.methods: found 'gradcamm'.*scorecam",
        ),
        ({"score__metrics": ["iou", "iou"]}, r"score\.metrics: found 'iou'; expected different"),
        ({"score__epoch_methods": ["cam"]}, r"score\.epoch_methods: found 'cam'; expected some of"),
        ({"score__references": ["blob"]}, r"score\.references\.0: found 'blob'"),
        ({"answers__base": "depth_9"}, r"answers\.base: found 'depth_9'; expected one of levels"),
        ({"score__epoch_methods": ["gradcam"] * 2}, r"epoch_methods: found 'gradcam' twice"),
        ({"score__references": ["mask", "edges", "mask"]}, r"references: found 'mask' twice"),
        (
            {"seeds__more": {"numbers": [2**64]}},
            r"seeds\.more\.numbers\.0: found 18446744073709551616",
        ),
        ({"fundus__test": 1}, r"fundus\.test: found 1; expected 2 at least"),
        ({"levels__more": {**LEVEL, "level": " "}}, r"levels\.more\.level: found ' '; expected"),
        ({"score__epoch_images": 30}, r"score\.epoch_images: found 30, and score\.images 20"),
        ({"score__epoch_images": None}, r"score\.epoch_images: found null \(all\), and score"),
        ({"answers__method": "scorecam"}, r"answers\.method: found 'scorecam'.*epoch_methods"),
        (
            {
                "levels__more": {
                    **LEVEL,
                    "changes": {
                        "network": "resnet18",
                        "pretrained": "data/networks/base/first/w.safetensors",
                    },
                }
            },
            r"levels\.more\.changes\.pretrained: data/networks/base/first/w\.safetensors is in",
        ),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, values: dict[str, Any], message: str) -> None:
    path = changed(tmp_path, **values)
    with pytest.raises(ParamsError, match=message):
        check_all(path, STUDY / "dvc.yaml")


def test_a_level_is_the_base_with_its_changes(tmp_path: Path) -> None:
    path = changed(tmp_path, levels__more=LEVEL)
    run = load_run("more", path)
    assert run.depth == 4
    assert run.model_copy(update={"depth": 1}) == load_base(path)


def load_base(path: Path) -> RunParams:
    from heed.base.settings import load

    return load(RunParams, path)


def test_the_drawn_images_are_where_the_stage_writes_them() -> None:
    from heed.methods import paths

    assert paths.DRAWN == DRAWN
