"""The paths that the study's stages use are those that its dvc.yaml declares."""

import yaml

from heed.affact import paths
from heed.affact.test_sets import SETS
from tests.affact.changed_params import STUDY
from tests.declared_paths import known, literals, written

NO_OUTPUT = {paths.HEADERS, paths.AUGMENTATION, paths.TEST_SETS, paths.TEST_SET_T,
             paths.SEARCHES, paths.TRIALS, paths.BEST, paths.SEARCH_PICTURES,
             paths.SEARCH_DRAWINGS}  # fmt: skip
"""Beside the pipeline, or part of an output."""

PARAMS = yaml.safe_load((STUDY / "params.yaml").read_text())
NETWORKS = [*PARAMS["networks"], *PARAMS["extensions"]]
KNOWN = set(known(paths, {"network": NETWORKS, "name": NETWORKS, "test_set": SETS}))
BESIDE = {paths.system(network) for network in NETWORKS}
PARTS = {paths.images(name) for name in SETS} | {paths.transforms(name) for name in SETS}
PARTS |= {paths.attribute_errors(network) for network in NETWORKS}


def test_every_path_is_an_output_of_a_stage() -> None:
    notes = {paths.augmentation(network) for network in NETWORKS}
    outputs = written(STUDY)
    parts = {path for path in outputs if path.startswith(f"{paths.AUGMENTATION}/")}
    assert parts or paths.AUGMENTATION in outputs
    assert outputs >= KNOWN - NO_OUTPUT - BESIDE - PARTS - notes


def test_every_output_is_among_the_paths() -> None:
    assert written(STUDY) <= KNOWN


def test_no_stage_has_a_path_of_its_own() -> None:
    assert literals(STUDY) == {}, "belongs into heed.affact.paths"
