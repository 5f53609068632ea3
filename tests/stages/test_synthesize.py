import shutil
from pathlib import Path

import pytest
import yaml

from heed.base.settings import ParamsError
from stages import synthesize
from tests.places import ROOT

PARAMS = ROOT / "params.yaml"


def _params(folder: Path, source: str, root: str = "data/synthetic") -> None:
    params = yaml.safe_load(PARAMS.read_text(encoding="utf-8"))
    params["data"] |= {"source": source, "root": root}
    params["synthetic"] |= {"train": 2, "validation": 1, "test": 1}
    (folder / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")


def test_draws_the_asked_number_of_faces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _params(tmp_path, "synthetic")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    synthesize.main()
    assert len(list(Path("data/synthetic/Img/img_celeba").iterdir())) == 4
    assert not Path("data/synthetic.partial").exists()
    assert Path("data/synthetic/README.txt").read_text(encoding="utf-8").startswith("4 faces drawn")
    assert capsys.readouterr().out.startswith("synthesize: 4 faces drawn")


def test_draws_nothing_for_faces_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _params(tmp_path, "celeba", "faces")
    monkeypatch.chdir(tmp_path)
    synthesize.main()
    found = {str(path.relative_to("data/synthetic")) for path in Path("data").rglob("*.*")}
    assert found == {"README.txt", "evidence/README.txt"}
    assert "No faces were drawn" in Path("data/synthetic/README.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("source", "root", "message"),
    [
        ("celeba", "data/synthetic", r"data\.source is celeba and data\.root is data/synthetic"),
        ("celeba", "./data//synthetic/", "data.source is celeba"),
        ("celeba", "{here}/data/synthetic", "where the pipeline draws its faces: move your data"),
        ("celeba", "data/masks", r"data\.root: data/masks is in the way of data/masks, an output"),
        ("synthetic", "faces", r"data\.source is synthetic and data\.root is faces"),
    ],
)
def test_source_and_root_that_contradict_each_other_touch_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, root: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(PARAMS.with_name("dvc.yaml"), tmp_path)
    _params(tmp_path, source, root.format(here=tmp_path))
    kept = tmp_path / "data/synthetic/notes.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("years of work")
    with pytest.raises(ParamsError, match=message):
        synthesize.main()
    assert [path.name for path in kept.parent.iterdir()] == ["notes.txt"]


def test_weights_in_the_place_of_the_drawn_faces_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(PARAMS.with_name("dvc.yaml"), tmp_path)
    _params(tmp_path, "synthetic")
    text = Path("params.yaml").read_text()
    Path("params.yaml").write_text(text.replace("weights: train", "weights: data/synthetic/x.s", 1))
    with pytest.raises(ParamsError, match=r"weights: data/synthetic/x\.s .* such as weights/x\.s"):
        synthesize.main()
    assert not Path("data").exists()
