from pathlib import Path

import pytest
import yaml

from stages import synthesize

PARAMS = Path(__file__).resolve().parents[2] / "params.yaml"


def _params(folder: Path, source: str) -> None:
    params = yaml.safe_load(PARAMS.read_text(encoding="utf-8"))
    params["data"]["source"] = source
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
    _params(tmp_path, "celeba")
    monkeypatch.chdir(tmp_path)
    synthesize.main()
    found = {str(path.relative_to("data/synthetic")) for path in Path("data").rglob("*.*")}
    assert found == {"README.txt", "evidence/README.txt"}
    assert "No faces were drawn" in Path("data/synthetic/README.txt").read_text(encoding="utf-8")
