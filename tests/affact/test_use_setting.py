"""Choosing a setting of the study: what DVC is asked for, and what is refused."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from heed.base.settings import ParamsError, read
from tests.settings_of_studies import celeba, start, use


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """The study's parameter files in a git repository, with a CelebA folder and weights."""
    for folder in ("my faces & co", "others"):
        celeba(tmp_path / folder)
    (tmp_path / "no faces").mkdir()
    return start(tmp_path, "affact", weights=["resnet50"])


TABLE = "settings/table_7_1.yaml"


def params_of(study: Path) -> dict:
    return yaml.safe_load((study / "params.yaml").read_text())


def test_a_setting_is_handed_to_dvc_with_the_folder_and_can_be_repeated(study: Path) -> None:
    defaults, setting = params_of(study), yaml.safe_load((study / TABLE).read_text())
    assert use(study, "table_7_1", "my faces & co")
    params = params_of(study)
    assert Path(params["data"]["root"]) == (study.parents[1] / "my faces & co").resolve()
    assert params["networks"] == setting["networks"]
    assert params["extensions"] == setting["extensions"]
    assert params["search"]["space"]["network"] == setting["search"]["space"]["network"]
    assert params["search"]["space"]["epochs"] == {"low": 5, "high": 15}
    for key in ("synthetic", "crop", "augmentation", "test_sets", "figures"):
        assert params[key] == defaults[key]
    assert use(study, "table_7_1", "my faces & co") == []  # to resume


def test_comments_stay_and_nothing_else_of_the_file_is_touched(study: Path) -> None:
    before = (study / "params.yaml").read_text()
    use(study, "affact_b_ub", "others")
    after = (study / "params.yaml").read_text()
    assert before.split("networks:")[0].split("crop:")[1] in after
    assert "trials: 335              # raise it, and a finished search goes on" in after
    assert read(study / "params.yaml")["extensions"] == {}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("table7_1", "my faces & co"),
            "found 'table7_1'; expected affact_b_ub or colour_temperature or",
        ),
        (("", "my faces & co"), "SETTING: found ''"),
        (("table_7_1", ""), "CELEBA: found nothing"),
        (("table_7_1", "nowhere"), "CELEBA: .*nowhere: found no such folder"),
        (("table_7_1", "no faces"), "CELEBA: .*no faces: .*list_attr_celeba"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_started(
    study: Path, arguments: tuple[str, str], message: str
) -> None:
    with pytest.raises(ParamsError, match=message):
        use(study, *arguments)


def test_missing_weights_come_with_the_way_to_get_them(study: Path) -> None:
    (study.parents[1] / "weights/resnet50.safetensors").unlink()
    message = r"weights resnet50-19c8e357\.pth --network resnet50 -o weights/resnet50\.safetensors"
    with pytest.raises(ParamsError, match=message):
        use(study, "table_7_1", "my faces & co")


def change(study: Path, *place: str, value: object) -> None:
    params = group = params_of(study)
    for key in place[:-1]:
        group = group[key]
    assert group[place[-1]] != value
    group[place[-1]] = value
    (study / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("networks", "affact", "training", "seed"), 7),
        (("search", "trials"), 13),
    ],
)
def test_changes_of_the_users_in_the_settings_place_are_refused_until_git_has_them(
    study: Path, place: tuple[str, ...], value: int
) -> None:
    change(study, *place, value=value)
    key = ".".join(place)
    with pytest.raises(ParamsError, match=f"{key} is changed and not committed"):
        use(study, "table_7_1", "my faces & co")
    subprocess.run(["git", "commit", "-q", "-a", "-m", "Mine"], cwd=study, check=True)
    use(study, "table_7_1", "my faces & co")
    change(study, *place, value=value + 1)  # and once the setting is there
    with pytest.raises(ParamsError, match=f"{key} is changed and not committed"):
        use(study, "table_7_1", "my faces & co")


def test_changes_of_the_users_elsewhere_stay(study: Path) -> None:
    change(study, "evaluate", "threshold", value=0.5)
    use(study, "table_7_1", "my faces & co")
    assert params_of(study)["evaluate"]["threshold"] == 0.5


def test_one_setting_follows_the_other_and_a_folder_can_be_corrected(study: Path) -> None:
    alone = {}
    for setting in ("table_7_1", "affact_b_ub"):
        use(study, setting, "others")
        alone[setting] = params_of(study)
        subprocess.run(["git", "checkout", "-q", "params.yaml"], cwd=study, check=True)
    for setting, folder in (
        ("table_7_1", "my faces & co"),
        ("table_7_1", "others"),
        ("affact_b_ub", "others"),
        ("table_7_1", "others"),
    ):
        use(study, setting, folder)
        assert Path(params_of(study)["data"]["root"]) == (study.parents[1] / folder).resolve()
        if folder == "others":
            assert params_of(study) == alone[setting]


def test_a_setting_for_any_faces_needs_no_folder_and_goes_on_top_of_another(study: Path) -> None:
    defaults = params_of(study)
    warm = {"temperature": {"enabled": True}}
    for before in ("", "table_7_1", "affact_b_ub"):
        if before:
            use(study, before, "others")
        without = params_of(study)
        if before == "affact_b_ub":  # which has no extensions
            with pytest.raises(
                ParamsError, match=r"temperature\.yaml: extensions\.affact_ext: params"
            ):
                use(study, "colour_temperature", "")
            continue
        given = use(study, "colour_temperature", "")
        params = params_of(study)
        assert params["extensions"]["affact_ext"].pop("augment") == warm
        assert without["extensions"]["affact_ext"].pop("augment") is True
        assert params.pop("test_sets")["t"] == {"blur": {"enabled": False}} | warm
        assert without.pop("test_sets") == defaults["test_sets"]
        assert params == without
        assert len(given) == 4  # two values, each taken away first
        assert use(study, "colour_temperature", "") == []
    assert "# what differs from augmentation" in (study / "params.yaml").read_text()


def test_what_is_changed_beside_the_value_of_a_setting_is_not_taken_for_the_settings(
    study: Path,
) -> None:
    use(study, "colour_temperature", "")
    change(study, "extensions", "affact_ext", "training", "seed", value=7)
    with pytest.raises(ParamsError, match=r"extensions\.affact_ext\.training\.seed is changed"):
        use(study, "table_7_1", "others")
    subprocess.run(["git", "commit", "-q", "-a", "-m", "Mine"], cwd=study, check=True)
    use(study, "table_7_1", "others")
    assert params_of(study)["extensions"]["affact_ext"]["augment"] is True


def test_an_entry_that_was_taken_away_is_a_change_of_the_users(study: Path) -> None:
    networks = params_of(study)["networks"]
    change(study, "networks", value={"aligned": networks["aligned"]})
    with pytest.raises(ParamsError, match="networks is changed and not committed"):
        use(study, "affact_b_ub", "others")


def test_a_mistake_in_a_setting_is_named_in_the_settings_file(study: Path) -> None:
    file = study / TABLE
    text = file.read_text()
    file.write_text(text.replace("warmup: 2", "warmupp: 2"))
    with pytest.raises(ParamsError, match=r"^settings/table_7_1\.yaml: search\.warmupp"):
        use(study, "table_7_1", "others")
    file.write_text(text.replace("loss: bce", "loss: bcee", 1))
    with pytest.raises(ParamsError, match=r"^settings/table_7_1\.yaml: networks\.aligned\.loss"):
        use(study, "table_7_1", "others")


def test_without_git_nothing_of_the_users_is_replaced(study: Path) -> None:
    shutil.rmtree(study.parents[1] / ".git")
    change(study, "search", "trials", value=13)
    with pytest.raises(ParamsError, match="git cannot tell"):
        use(study, "table_7_1", "others")


def test_an_author_whom_git_does_not_know_is_asked_for(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DVC stops without; it would say so after everything else."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    subprocess.run(["git", "config", "--unset", "user.email"], cwd=study, check=True)
    with pytest.raises(ParamsError, match=r'set it with git config user\.email "…"'):
        use(study, "table_7_1", "others")
