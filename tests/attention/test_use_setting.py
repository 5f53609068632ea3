"""The settings of the paper and of CelebA: what DVC is asked for, and what is refused."""

from pathlib import Path

import pytest
import yaml

from heed.attention.consistency import check_all
from heed.attention.maps_settings import MapsParams
from heed.attention.run_settings import (
    NetworkParams,
    PretrainingParams,
    SeedsParams,
    TuningParams,
    load_networks,
    load_runs,
)
from heed.base.settings import ParamsError, load
from tests.attention.changed_params import STUDY
from tests.settings_of_studies import celeba, start, use


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """The study's parameter files in a git repository, beside CelebA without content."""
    celeba(tmp_path / "faces")
    return start(tmp_path, "attention", ())


def test_the_papers_setting_is_handed_to_dvc_and_can_be_repeated(study: Path) -> None:
    before = yaml.safe_load((study / "params.yaml").read_text())
    assert use(study, "paper", "faces")
    path = study / "params.yaml"
    check_all(path, STUDY / "dvc.yaml")
    assert load(NetworkParams, path).name == "torchvision:alexnet"
    assert load(MapsParams, path).layer == "features.10"
    first, tuning = load(PretrainingParams, path), load(TuningParams, path)
    for params in (first, tuning):
        assert (params.optimizer, params.learning_rate, params.momentum) == ("sgd", 0.01, 0.9)
        assert (params.batch_size, params.schedule) == (256, "constant")
    assert first.early_stop is not None
    assert tuning.epochs == 1
    assert len(load(SeedsParams, path).numbers) == 3
    assert all(network.seeds is None for network in load_networks(path).values())
    after = yaml.safe_load(path.read_text())
    for key in ("pairs", "synthetic", "mask", "figures"):
        assert after[key] == before[key]
    assert use(study, "paper", "faces") == []  # to resume


def test_its_runs_have_the_papers_weights(study: Path) -> None:
    use(study, "paper", "faces")
    runs = load_runs(study / "params.yaml")
    weights = {name: tuple(run.weights) for name, run in runs.items() if run.loss == "iou"}
    assert weights == {
        "lipstick_iou": (1, 5), "cheekbones_iou": (1, 4), "chin_iou": (1, 3),
    }  # fmt: skip
    assert runs["lipstick_iou"].heavier == {"mouth": 3}
    assert [name for name, run in runs.items() if not run.guided] == ["bce"]


def test_celebas_photographs_are_a_setting_too(study: Path) -> None:
    given = use(study, "celeba", "faces")
    assert {value.split("=")[0] for value in given} == {"data.source", "data.root"}
    check_all(study / "params.yaml", STUDY / "dvc.yaml")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("papers", "faces"), "SETTING: found 'papers'; expected celeba or paper"),
        (("celeba",), "CELEBA: found nothing; expected a folder with Anno"),
        (("celeba", "elsewhere"), "CELEBA: .*elsewhere"),
        (("celeba", "faces", "--dry"), "found '--dry'"),
    ],
)
def test_what_is_missing_is_told_before_anything_changes(
    study: Path, arguments: tuple[str, ...], message: str
) -> None:
    before = (study / "params.yaml").read_text()
    with pytest.raises(ParamsError, match=message):
        use(study, *arguments)
    assert (study / "params.yaml").read_text() == before
