"""The plan's setting: what DVC is asked for, and what is refused."""

import shlex
from pathlib import Path

import pytest
import yaml
from dvc.utils.hydra import apply_overrides

from heed.base.settings import ParamsError, load
from heed.masked_folder.inventory import take_inventory
from heed.methods.consistency import check_all
from heed.methods.run_settings import RunParams, load_levels, load_run
from heed.methods.settings import AnswersParams, DataParams, ScoreParams
from tests.masked_folder.folders import masked_folder
from tests.methods.changed_params import STUDY
from tests.settings_of_studies import celeba, start, use

WEIGHTS = ("resnet18", "resnet34", "resnet50")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """The study's parameter files in a git repository, beside a few images and faces."""
    masked_folder(tmp_path / "my eyes")
    celeba(tmp_path / "faces")
    return start(tmp_path, "methods", WEIGHTS)


def test_the_plans_setting_is_handed_to_dvc_and_can_be_repeated(study: Path) -> None:
    before = yaml.safe_load((study / "params.yaml").read_text())
    assert use(study, "plan", "my eyes")
    path = study / "params.yaml"
    check_all(path, STUDY / "dvc.yaml")
    data, score = load(DataParams, path), load(ScoreParams, path)
    assert (data.root, data.side) == (str((study.parents[1] / "my eyes").resolve()), 224)
    assert score.methods == ["gradcam", "gradcam_plusplus", "scorecam"]
    assert load(AnswersParams, path).valid == [0.75]
    after = yaml.safe_load(path.read_text())
    for key in ("fundus", "celeba", "loader", "seeds", "figures"):
        assert after[key] == before[key]
    assert use(study, "plan", "my eyes") == []  # to resume


def test_the_plan_has_its_factors_and_every_network_its_own_weights(study: Path) -> None:
    use(study, "plan", "my eyes")
    path = study / "params.yaml"
    runs = {name: load_run(name, path) for name in load_levels(path)}
    for run in runs.values():
        assert run.pretrained == f"../../weights/{run.network}.safetensors"
        assert run.batch_norm
    assert {run.network for run in runs.values()} == set(WEIGHTS)
    assert {level.factor for level in load_levels(path).values()} == {
        "training progress", "dropout", "weight decay", "depth", "learning rate and batch",
        "augmentation", "balancing", "label noise",
    }  # fmt: skip
    base = runs["base"].model_dump()
    changed = {key for run in runs.values() for key in base if run.model_dump()[key] != base[key]}
    assert changed == {
        "network", "pretrained", "dropout", "weighting", "positives", "label_noise",
        "augmentation", "batch_size", "learning_rate", "weight_decay", "keep_every",
    }  # fmt: skip


def test_its_folder_is_one_that_the_inventory_reads(study: Path) -> None:
    use(study, "plan", "my eyes")
    data = load(DataParams, study / "params.yaml")
    table = take_inventory(data.folder, data.positive, data.masks)
    assert table.groupby(["partition", "kind"]).size().tolist() == [2] * 6


def test_a_dry_run_prints_what_dvc_would_be_given(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (study / "params.yaml").read_text()
    use(study, "plan", "my eyes", "--dry-run")
    command = shlex.split(capsys.readouterr().out)
    assert (study / "params.yaml").read_text() == before
    assert command[:3] == ["dvc", "exp", "run"]
    assert "data.side=224" in command
    apply_overrides(study / "params.yaml", command[4::2])
    printed = (study / "params.yaml").read_text()
    (study / "params.yaml").write_text(before)
    use(study, "plan", "my eyes")
    assert (study / "params.yaml").read_text() == printed


def test_faces_of_celeba_are_a_setting_too(study: Path) -> None:
    given = use(study, "celeba", "faces")
    assert [value.split("=")[0] for value in given] == ["data.source", "data.root", "data.positive"]
    check_all(study / "params.yaml", STUDY / "dvc.yaml")
    assert use(study, "plan", "my eyes")
    assert load(DataParams, study / "params.yaml").source == "folder"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("plann", "my eyes"), "SETTING: found 'plann'; expected celeba or plan"),
        (("plan",), "DATA: found nothing; expected a folder"),
        (("plan", "nowhere"), "DATA: .*nowhere: found no such folder"),
        (("plan", "faces"), r"DATA: .*faces/train: found no such folder"),
        (("celeba", "my eyes"), "DATA: .*my eyes: .*list_attr_celeba"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_started(
    study: Path, arguments: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ParamsError, match=message):
        use(study, *arguments)


@pytest.mark.parametrize("more", ["--dryrun", "--dry_run", "-n", "Weights"])
def test_a_mistyped_flag_does_not_start_the_study(study: Path, more: str) -> None:
    with pytest.raises(ParamsError, match=rf"found '{more}'; expected .* --dry-run"):
        use(study, "plan", "my eyes", more)


@pytest.mark.parametrize("network", WEIGHTS)
def test_missing_weights_come_with_the_way_to_get_them(study: Path, network: str) -> None:
    (study.parents[1] / f"weights/{network}.safetensors").unlink()
    with pytest.raises(ParamsError, match=rf"--network {network} -o weights/{network}\.safetens"):
        use(study, "plan", "my eyes")


def test_a_change_of_the_users_is_refused_until_git_has_it(study: Path) -> None:
    path = study / "params.yaml"
    path.write_text(path.read_text().replace("depth: 3\n", "depth: 5\n"))
    with pytest.raises(ParamsError, match=r"levels\.depth_3\.changes\.depth is changed and not"):
        use(study, "plan", "my eyes")


def test_the_base_of_the_plan_is_that_of_its_file(study: Path) -> None:
    use(study, "plan", "my eyes")
    setting = yaml.safe_load((STUDY / "settings/plan.yaml").read_text())
    run = load(RunParams, study / "params.yaml").model_dump()
    assert {key: run[key] for key in setting["base"]} == setting["base"]
