"""Figures on disk."""

from pathlib import Path

import pytest
from matplotlib.figure import Figure
from PIL import Image

from heed.figures.files import write_figures


def drawn() -> Figure:
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([1, 2])
    return figure


def test_each_figure_is_a_picture_and_a_document_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures/of_before.png").touch()
    write_figures({"a": drawn, "b": drawn}, 50, tmp_path / "pictures", tmp_path / "documents")
    assert sorted(path.name for path in (tmp_path / "pictures").iterdir()) == ["a.png", "b.png"]
    assert sorted(path.name for path in (tmp_path / "documents").iterdir()) == ["a.pdf", "b.pdf"]
    with Image.open(tmp_path / "pictures/a.png") as picture:
        assert (picture.format, round(picture.info["dpi"][0])) == ("PNG", 50)
    assert (tmp_path / "documents/b.pdf").read_bytes().startswith(b"%PDF")


def test_figures_that_are_lines_and_words_are_drawings_too(tmp_path: Path) -> None:
    write_figures({"a": drawn}, 50, tmp_path / "pictures", tmp_path / "documents", vector=True)
    assert sorted(path.name for path in (tmp_path / "documents").iterdir()) == ["a.pdf", "a.svg"]
    assert (tmp_path / "documents/a.svg").read_text().startswith("<svg ")


def test_a_figure_that_fails_leaves_both_folders_as_they_were(tmp_path: Path) -> None:
    write_figures({"a": drawn}, 50, tmp_path / "pictures", tmp_path / "documents")

    def failing() -> Figure:
        raise ValueError("no data")

    with pytest.raises(ValueError, match="no data"):
        write_figures({"b": drawn, "c": failing}, 50, tmp_path / "pictures", tmp_path / "documents")
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*"))
    assert files == ["documents/a.pdf", "pictures/a.png"]
