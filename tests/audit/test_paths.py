"""The paths that the audit's stages use are those that its dvc.yaml declares."""

import yaml

from heed.audit import paths
from heed.base.partitions import PARTITIONS
from tests.declared_paths import known, literals, written
from tests.places import ROOT

NO_OUTPUT = {paths.HEADERS, paths.EVIDENCE, paths.TABLES, paths.MASKS, paths.SCORES}
"""Beside the pipeline, part of an output, or folder of some."""

VERSIONS = ("1", "2", "3", "evidence")
MODELS = list(yaml.safe_load((ROOT / "params.yaml").read_text())["models"])
KNOWN = set(known(paths, {"model": MODELS, "partition": PARTITIONS}))


def test_every_path_is_an_output_of_a_stage() -> None:
    assert written(ROOT) >= KNOWN - NO_OUTPUT
    assert paths.MASKS in written(ROOT)
    assert {paths.masks(version) for version in VERSIONS} == {
        f"{paths.MASKS}/{version}.zarr" for version in VERSIONS
    }


def test_every_output_is_among_the_paths() -> None:
    tables = {path for path in written(ROOT) if path.startswith(paths.TABLES)}
    assert written(ROOT) - KNOWN == tables
    for path in tables:
        name, suffix = path.removeprefix(f"{paths.TABLES}/").rsplit(".", 1)
        assert paths.table(name, suffix) == path


def test_no_stage_has_a_path_of_its_own() -> None:
    assert literals(ROOT) == {}, "belongs into heed.audit.paths"
