"""The paths that the study's stages use are those that its dvc.yaml declares."""

import yaml

from heed.attention import paths
from heed.base.partitions import PARTITIONS
from tests.attention.changed_params import STUDY
from tests.declared_paths import known, literals, written

PARAMS = yaml.safe_load((STUDY / "params.yaml").read_text())


def test_every_output_of_dvc_yaml_is_a_known_path_and_the_other_way_round() -> None:
    names = [*PARAMS["networks"], *PARAMS["runs"]]
    values = {"name": names, "run": list(PARAMS["runs"]), "partition": list(PARTITIONS)}
    found = set(known(paths, values))
    in_folders = {paths.judged(name) for name in names} | {
        paths.guided(run) for run in PARAMS["runs"]
    }
    assert found - in_folders - {paths.HEADERS} - not_there_yet() == written(STUDY)


def not_there_yet() -> set[str]:
    """What the stages answers, figures and report write, until there are such stages."""
    stages = yaml.safe_load((STUDY / "dvc.yaml").read_text())["stages"]
    of_answers = {paths.TABLES, paths.METRICS}
    of_figures = {*paths.PICTURES.values(), *paths.DRAWINGS.values()}
    outputs = {"answers": of_answers, "figures": of_figures, "report": {paths.REPORT}}
    return {path for stage, own in outputs.items() if stage not in stages for path in own}


def test_no_script_writes_a_path_out_itself() -> None:
    assert literals(STUDY) == {}
