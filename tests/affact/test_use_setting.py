"""Choosing a setting of the study: what is written, and what is refused."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from heed.base.settings import ParamsError
from tests.places import ROOT


def celeba(folder: Path) -> None:
    """The files of CelebA by name, without content."""
    names = ["Anno/list_attr_celeba.txt", "Eval/list_eval_partition.txt"]
    names += ["Anno/list_bbox_celeba.txt", "Anno/list_landmarks_celeba.txt"]
    names += ["Anno/list_landmarks_align_celeba.txt"]
    for name in [*names, "Img/img_celeba/000001.jpg", "Img/img_align_celeba/000001.jpg"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """The study's parameter files in a git repository, with a CelebA folder and weights."""
    study = tmp_path / "studies/affact"
    shutil.copytree(ROOT / "studies/affact/settings", study / "settings")
    shutil.copy(ROOT / "studies/affact/use_setting.py", study)
    shutil.copy(ROOT / "studies/affact/params.yaml", study)
    for folder in ("my faces & co", "others"):
        celeba(tmp_path / folder)
    (tmp_path / "no faces").mkdir()
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights/resnet50.safetensors").touch()
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]
    subprocess.run([*git, "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run([*git, "add", "."], cwd=tmp_path, check=True)
    subprocess.run([*git, "commit", "-q", "-m", "Start"], cwd=tmp_path, check=True)
    return study


def use(study: Path, setting: str, folder: str) -> None:
    """Run the script of this study, as ``make affact`` does from the root of the repository."""
    spec = importlib.util.spec_from_file_location("use_setting", study / "use_setting.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["use_setting.py", setting, folder])
        patch.chdir(study.parents[1])
        script.main()


def test_a_setting_is_written_with_the_folder_and_can_be_repeated(study: Path) -> None:
    for _ in range(2):  # again, to resume
        use(study, "table_7_1", "my faces & co")
    params = yaml.safe_load((study / "params.yaml").read_text())
    expected = yaml.safe_load((study / "settings/table_7_1.yaml").read_text())
    folder = params["data"].pop("root")
    assert expected["data"].pop("root") == "CELEBA"
    assert Path(folder) == (study.parents[1] / "my faces & co").resolve()
    assert params == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("table7_1", "my faces & co"), "SETTING: found 'table7_1'; expected affact_b_ub or"),
        (("", "my faces & co"), "SETTING: found ''"),
        (("table_7_1", ""), "CELEBA: found nothing"),
        (("table_7_1", "nowhere"), "CELEBA: .*nowhere: found no such folder"),
        (("table_7_1", "no faces"), "CELEBA: .*no faces: .*list_attr_celeba"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_written(
    study: Path, arguments: tuple[str, str], message: str
) -> None:
    before = (study / "params.yaml").read_bytes()
    with pytest.raises(ParamsError, match=message):
        use(study, *arguments)
    assert (study / "params.yaml").read_bytes() == before


def test_missing_weights_come_with_the_way_to_get_them(study: Path) -> None:
    (study.parents[1] / "weights/resnet50.safetensors").unlink()
    before = (study / "params.yaml").read_bytes()
    message = r"weights resnet50-19c8e357\.pth --network resnet50 -o weights/resnet50\.safetensors"
    with pytest.raises(ParamsError, match=message):
        use(study, "table_7_1", "my faces & co")
    assert (study / "params.yaml").read_bytes() == before


def test_changes_of_the_users_are_kept(study: Path) -> None:
    with (study / "params.yaml").open("a") as file:
        file.write("# mine\n")
    before = (study / "params.yaml").read_bytes()
    with pytest.raises(ParamsError, match="has changes that are not committed"):
        use(study, "table_7_1", "my faces & co")
    assert (study / "params.yaml").read_bytes() == before


def test_one_setting_follows_the_other_and_a_folder_can_be_corrected(study: Path) -> None:
    for setting, folder in (
        ("table_7_1", "my faces & co"),
        ("table_7_1", "others"),
        ("affact_b_ub", "others"),
    ):
        use(study, setting, folder)
        params = yaml.safe_load((study / "params.yaml").read_text())
        assert Path(params["data"]["root"]) == (study.parents[1] / folder).resolve()
    assert "affact_b" in params["networks"]


def test_a_mistake_in_a_setting_is_named_in_the_settings_file(study: Path) -> None:
    file = study / "settings/table_7_1.yaml"
    file.write_text(file.read_text().replace("t_blur:", "t_blurr:"))
    with pytest.raises(ParamsError, match=r"^settings/table_7_1\.yaml: test_sets\.t_blur"):
        use(study, "table_7_1", "others")


def test_without_git_nothing_of_the_users_is_replaced(study: Path) -> None:
    shutil.rmtree(study.parents[1] / ".git")
    before = (study / "params.yaml").read_bytes()
    with pytest.raises(ParamsError, match="git cannot tell"):
        use(study, "table_7_1", "others")
    assert (study / "params.yaml").read_bytes() == before
