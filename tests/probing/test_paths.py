"""The paths that the study's stages use are those that its dvc.yaml declares."""

import yaml

from heed.probing import consistency, paths
from tests.declared_paths import known, literals, written
from tests.probing.changed_params import STUDY

PARAMS = yaml.safe_load((STUDY / "params.yaml").read_text())


def test_every_output_of_dvc_yaml_is_a_known_path_and_the_other_way_round() -> None:
    found = set(known(paths, {"network": list(PARAMS["networks"])}))
    not_made = {paths.silenced(name) for name in PARAMS["networks"]} - {
        paths.silenced(name) for name in PARAMS["answers"]["networks"]
    }
    in_folders = {paths.pretrained(name) for name in PARAMS["networks"]}
    others = {paths.HEADERS, paths.AUDIT}
    assert found - not_made - in_folders - others == written(STUDY)


def test_the_audits_tables_are_dependencies_by_their_own_names() -> None:
    answers = yaml.safe_load((STUDY / "dvc.yaml").read_text())["stages"]["answers"]
    assert {f"{paths.AUDIT}/amr.csv", f"{paths.AUDIT}/energy.csv"} <= set(answers["deps"])
    for name in ("amr.csv", "energy.csv"):
        assert (STUDY / paths.AUDIT / name).is_file()


def test_drawn_persons_are_where_the_parameters_are_checked_for_them() -> None:
    assert paths.PERSONS == consistency.DRAWN == PARAMS["persons"]["root"]


def test_no_script_writes_a_path_out_itself() -> None:
    assert literals(STUDY) == {}
