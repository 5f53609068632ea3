"""Which networks a study has: as files and parameters have them."""

import shutil

import pytest

from heed.base.errors import InputError
from heed.base.settings import ParamsError
from heed.explorer.study_networks import study_figures, study_networks
from tests.explorer.directed_audit import PAIR, RUN, SEEDS, directed_audit, params_of, write_params


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("networks") / "audit"
    return directed_audit(folder, faces=2) / "studies/attention"


@pytest.fixture
def study(made, tmp_path):
    return shutil.copytree(made, tmp_path / "study")


def test_what_there_is(study):
    (study / f"data/networks/{RUN}/notes.txt").write_text("none")
    (study / f"data/networks/{RUN}/best.safetensors").write_text("none")
    found = study_networks(study)
    assert (found.start, found.control) == ("plain", "bce")
    assert found.runs == tuple(name for name in params_of(study)["runs"] if name != "bce")
    assert {name: tuple(of) for name, of in found.weights.items() if of} == SEEDS
    assert found.weights[RUN][2] == study / f"data/networks/{RUN}/2.safetensors"
    assert found.roles(RUN) == {"before": "plain", "control": "bce", "after": RUN}
    assert found.seed(RUN) == 1


def test_the_seed_that_most_have(study):
    (study / "data/networks/bce/1.safetensors").unlink()
    assert study_networks(study).seed(RUN) == 2
    shutil.rmtree(study / "data/networks/bce")
    assert study_networks(study).seed(RUN) == 1
    shutil.rmtree(study / "data/networks/plain")
    with pytest.raises(InputError, match=f"{RUN}: found no weights of plain and bce; run"):
        study_networks(study).seed(RUN)


def test_trainings_of_other_seeds_are_not_compared(study):
    for seed in (1, 2):
        (study / f"data/networks/plain/{seed}.safetensors").unlink()
    with pytest.raises(InputError, match="no training of the same seed"):
        study_networks(study).seed(RUN)


def test_a_study_without_a_control(study):
    params = params_of(study)
    del params["runs"]["bce"]
    write_params(study, params)
    assert study_networks(study).roles(RUN) == {"before": "plain", "after": RUN}
    assert study_networks(study).seed(RUN) == 1


@pytest.mark.parametrize("run", ["bce", "plain", "../plain", "hat"])
def test_runs_that_led_nothing(study, run):
    with pytest.raises(InputError, match=rf"found '{run}'.*; expected one of lipstick_iou"):
        study_networks(study).roles(run)


def test_no_study(tmp_path):
    with pytest.raises(ParamsError, match=r"params\.yaml: no such file"):
        study_networks(tmp_path)


def test_figures_that_are_drawn(study):
    assert study_figures(study, PAIR) == []
    folder = study / "report/figures"
    folder.mkdir(parents=True)
    for name in (f"averages_{PAIR}.png", "examples_chin.png"):
        (folder / name).write_bytes(b"png")
    assert [file.name for _, file in study_figures(study, PAIR)] == [f"averages_{PAIR}.png"]
    (folder / "examples_x").mkdir()
    assert study_figures(study, "x/../averages_box_Wearing_Hat") == []
    (folder / f"examples_{PAIR}.png").write_bytes(b"png")
    assert [title.split()[0] for title, _ in study_figures(study, PAIR)] == ["Faces", "Average"]
