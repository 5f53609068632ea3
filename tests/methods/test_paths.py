"""The paths that the study's stages use are those that its dvc.yaml declares."""

import yaml

from heed.methods import paths
from tests.declared_paths import literals, written
from tests.methods.changed_params import STUDY


def known() -> set[str]:
    params = yaml.safe_load((STUDY / "params.yaml").read_text())
    found = {
        value for name, value in vars(paths).items() if name.isupper() and isinstance(value, str)
    }
    found |= {value for each in (paths.PICTURES, paths.DRAWINGS) for value in each.values()}
    for function in (
        paths.networks,
        paths.curves,
        paths.scores,
        paths.predictions,
        paths.examples,
    ):
        found |= {function(level, seeds) for level in params["levels"] for seeds in params["seeds"]}
    return found


def test_every_output_of_dvc_yaml_is_a_known_path_and_the_other_way_round() -> None:
    assert known() - {paths.HEADERS} == written(STUDY)


def test_no_script_writes_a_path_out_itself() -> None:
    assert literals(STUDY) == {}
