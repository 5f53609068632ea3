"""Every file that a parameter names is kept out of the stages' outputs."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from heed.affact import consistency as affact_consistency
from heed.affact import named_files as of_affact
from heed.audit import named_files as of_audit
from heed.audit.consistency import check_all
from heed.base.settings import ParamsError, read
from heed.pipeline.named_files import check_named_files
from tests.places import ROOT

STUDY = ROOT / "studies/affact"


def changed(pipeline: Path, folder: Path, key: str, value: str) -> Path:
    """The pipeline's parameters with one changed; ``key`` is dotted."""
    params = yaml.safe_load((pipeline / "params.yaml").read_text())
    *parents, name = key.split(".")
    group: dict[str, Any] = params
    for parent in parents:
        group = group[parent]
    group[name] = value
    path = folder / "params.yaml"
    path.write_text(yaml.safe_dump(params, sort_keys=False))
    return path


AUDIT_KEYS = ["models.balanced.weights", "models.unbalanced.pretrained"]
STUDY_KEYS = ["networks.aligned.pretrained", "extensions.affact_ext.pretrained",
              "search.space.network.nano"]  # fmt: skip


@pytest.mark.parametrize("key", AUDIT_KEYS)
@pytest.mark.parametrize(
    "file", ["data/networks/mine.safetensors", "data/weights/x", "report/figures/faces/x"]
)
def test_weights_at_an_output_of_the_audit_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, file: str
) -> None:
    monkeypatch.chdir(ROOT)
    path = changed(ROOT, tmp_path, key, file)
    expected = rf"{key}: {file} is in the way of .*such as weights/{Path(file).name}"
    with pytest.raises(ParamsError, match=expected):
        check_all(path)


@pytest.mark.parametrize("key", STUDY_KEYS)
def test_weights_at_an_output_of_the_study_are_refused(tmp_path: Path, key: str) -> None:
    path = changed(STUDY, tmp_path, key, "data/networks/aligned.safetensors")
    with pytest.raises(
        ParamsError, match=rf"{key}: data/networks/aligned\.safetensors is in the way of "
    ):
        check_named_files(of_affact.named_files(read(path)), path, STUDY / "dvc.yaml")
    if not key.startswith("extensions"):  # these take no pretrained weights anyhow
        with pytest.raises(
            ParamsError, match=rf"{key}: data/networks/aligned\.safetensors is in the way of "
        ):
            affact_consistency.check_all(path, STUDY / "dvc.yaml")


def test_outputs_of_another_pipeline_and_folders_of_ones_own_are_legitimate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    for file in (
        "studies/affact/data/networks/affact.safetensors",
        "weights/mine.safetensors",
        "mine.safetensors",
        str(tmp_path / "data/networks/mine.safetensors"),
    ):
        check_all(changed(ROOT, tmp_path, "models.balanced.weights", file))


def test_what_is_trained_or_starts_from_nothing_names_no_file() -> None:
    for pipeline, kind in ((ROOT, of_audit), (STUDY, of_affact)):
        params = yaml.safe_load((pipeline / "params.yaml").read_text())
        assert [file for _, file in kind.named_files(params) if file is not None] == []
    assert list(of_audit.named_files({"models": {"a": 3, "b": None}})) == []
    assert list(of_affact.named_files({"networks": None, "search": {"space": []}})) == []
