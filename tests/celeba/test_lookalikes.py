import pytest

from heed.celeba.layout import (
    ATTRIBUTE_FILE,
    BOX_FILE,
    IDENTITY_FILE,
    LANDMARK_FILES,
    PARTITION_FILE,
)
from heed.celeba.lookalikes import looks_like, remedy_for

STEMS = (ATTRIBUTE_FILE, PARTITION_FILE, IDENTITY_FILE, BOX_FILE, *LANDMARK_FILES.values())


@pytest.mark.parametrize("stem", STEMS)
@pytest.mark.parametrize(
    "change",
    [
        "{} (1).txt",
        "{}(12).csv",
        "Copy of {}.txt",
        "{} - Kopie.txt",
        "{}.txt.gz",
        "{}.tar.gz",
        "{}.TXT",
        "{}_.txt",
        "{}.txt.part",
        "{}",
    ],
)
def test_each_file_by_its_name_alone(stem, change):
    name = change.format(stem)
    for other in STEMS:
        assert looks_like(name, other) == (other == stem)


@pytest.mark.parametrize("name", ["README.txt", "list_celeba.txt", "notes.csv", "Img", "a"])
def test_what_looks_like_none_of_them(name):
    assert not any(looks_like(name, stem) for stem in STEMS)


def test_remedies():
    assert remedy_for("a/list_attr_celeba.csv.dvc", "list_attr_celeba").startswith("Fetch its con")
    assert remedy_for("x.ZIP", "list_attr_celeba").startswith("Unpack x.ZIP")
    assert "rename it to list_attr_celeba.csv" in remedy_for("b.csv", "list_attr_celeba")
