from pathlib import Path

from heed.celeba.messages import AnnotationError, CelebAError, counted, listed, shortened


def test_annotation_error_says_all_five_things():
    error = AnnotationError.at(Path("a/b.txt"), 7, found="x", expected="y", remedy="Do z")
    assert str(error) == "a/b.txt, line 7: found x; expected y. Do z."
    assert isinstance(error, CelebAError)
    assert isinstance(error, ValueError)


def test_annotation_error_about_the_whole_file():
    error = AnnotationError.at(Path("b.txt"), None, found="x", expected="y", remedy="Do z")
    assert str(error) == "b.txt: found x; expected y. Do z."


def test_listed():
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b, c"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


def test_shortened():
    assert shortened("x" * 60) == repr("x" * 60)
    assert shortened("x" * 61) == repr("x" * 57 + "...")


def test_counted():
    assert [counted(number, "face") for number in (0, 1, 2)] == ["0 faces", "1 face", "2 faces"]
