"""Every rejection of an annotation file, by its message; and what is accepted."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heed.celeba.annotations import read_annotation, read_labels
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.kinds import (
    ATTRIBUTE_KIND,
    BOX_KIND,
    IDENTITY_KIND,
    LANDMARK_KIND,
    PARTITION_KIND,
    Kind,
)
from heed.celeba.messages import AnnotationError

BOXES = "3\nimage_id x_1 y_1 width height\n1.jpg 1 2 3 4\n2.jpg 5 6 7 8\n3.jpg 9 10 11 12\n"


def read_text(folder: Path, text: str | bytes, kind: Kind = BOX_KIND, name: str = "a.txt"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_annotation(path, kind)


def rejection(folder: Path, text: str | bytes, kind: Kind = BOX_KIND) -> str:
    """The message, which must name the file."""
    with pytest.raises(AnnotationError) as error:
        read_text(folder, text, kind)
    message = str(error.value)
    assert message.startswith(str(folder / "a.txt"))
    return message.removeprefix(str(folder / "a.txt"))


@pytest.mark.parametrize(
    "text",
    [
        BOXES,
        BOXES.replace("\n", "\r\n"),
        BOXES.replace("\n", "  \n"),
        BOXES.replace("\n", " \t\r\n"),
        BOXES.replace("\n", "\n\n"),
        BOXES.replace("\n", "\n "),
        BOXES.replace(" ", "   "),
        BOXES.replace(" ", "\t"),
        BOXES.replace(" ", ","),
        BOXES.replace(" ", ", "),
        BOXES.removesuffix("\n"),
        BOXES.removeprefix("3\n"),
        BOXES.replace("image_id ", ""),
        BOXES.replace("image_id", "name"),
        BOXES.replace("jpg", "png"),
        BOXES.replace("jpg", "JPEG"),
        BOXES.replace(" 5", " +5"),
        BOXES.replace(" 5", " 005"),
        "\ufeff" + BOXES,
    ],
)
def test_accepted_forms(tmp_path, text):
    annotation = read_text(tmp_path, text)
    assert annotation.rows == {"1": 0, "2": 1, "3": 2}
    assert annotation.numbers.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]
    assert annotation.numbers.dtype == np.int32


def test_headerless_kinds(tmp_path):
    for text in ("1.jpg 17\n2.jpg 9\n", "image_id,identity\n1.jpg,17\n2.jpg,9\n"):
        identities = read_text(tmp_path, text, IDENTITY_KIND)
        assert identities.rows == {"1": 0, "2": 1}
        assert identities.numbers.tolist() == [[17], [9]]


def test_line_of_counts_empty_lines(tmp_path):
    annotation = read_text(tmp_path, BOXES.replace("\n2.jpg", "\n\n2.jpg"))
    assert annotation.line_of("1") == 3
    assert annotation.line_of("2") == 5
    assert annotation.line_of("9") is None


def attributes(header: list[str] | tuple[str, ...] = ATTRIBUTES, rows=("1.jpg" + " 1" * 40,)):
    return "\n".join([str(len(rows)), " ".join(header), *rows]) + "\n"


def test_wrong_attribute_name(tmp_path):
    header = ["Bag_Under_Eyes" if name == "Bags_Under_Eyes" else name for name in ATTRIBUTES]
    message = rejection(tmp_path, attributes(header), ATTRIBUTE_KIND)
    assert message == (
        ", line 2: found 'Bag_Under_Eyes' as name 4 in the header; expected 'Bags_Under_Eyes'. "
        "Use CelebA's names in CelebA's order."
    )


def test_wrong_attribute_order(tmp_path):
    header = list(ATTRIBUTES)
    header[20], header[21] = header[21], header[20]
    message = rejection(tmp_path, attributes(["image_id", *header]), ATTRIBUTE_KIND)
    assert message == (
        ", line 2: found 'Mouth_Slightly_Open' as name 21 in the header; expected 'Male'. "
        "The columns are in another order: bring header and rows into CelebA's own."
    )


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (ATTRIBUTES[:-1], "found 'the end of the line' as name 40 in the header; expected 'Young'"),
        ((*ATTRIBUTES, "Old"), "found 'Old' as name 41 in the header; expected 'the end of"),
        (("5_o_clock", *ATTRIBUTES[1:]), "found '5_o_clock' as name 1 in the header"),
        (("image_id", *ATTRIBUTES[1:]), "found 'Arched_Eyebrows' as name 1 in the header"),
        (("Junk",), "found 'Junk' as name 1 in the header"),
    ],
)
def test_header_of_the_wrong_length(tmp_path, header, expected):
    assert expected in rejection(tmp_path, attributes(header), ATTRIBUTE_KIND)


def test_missing_header(tmp_path):
    message = rejection(tmp_path, "1\n1.jpg" + " 1" * 40 + "\n", ATTRIBUTE_KIND)
    assert (
        ", line 2: found the row of 1.jpg; expected a header that names the 40 columns" in message
    )
    assert "Put CelebA's header back" in message


@pytest.mark.parametrize(
    ("row", "count"), [("2.jpg 5 6 7", 3), ("2.jpg 5 6 7 8 9", 5), ("2.jpg", 0)]
)
def test_short_and_long_rows(tmp_path, row, count):
    message = rejection(tmp_path, BOXES.replace("2.jpg 5 6 7 8", row))
    assert f", line 4: found {count} numbers for 2.jpg; expected 4. Download the file" in message


def test_first_row_long(tmp_path):
    message = rejection(tmp_path, BOXES.replace("1.jpg 1", "1.jpg 0 1"))
    assert ", line 3: found 5 numbers for 1.jpg; expected 4" in message


@pytest.mark.parametrize("name", ["1.jpg", "1.png"])
def test_duplicate_image(tmp_path, name):
    message = rejection(tmp_path, BOXES.replace("3.jpg", name))
    assert message == (
        f", line 5: found {name}, which line 3 has already; expected one row per image. "
        "Remove the row that is wrong."
    )


@pytest.mark.parametrize("count", [2, 4, 202599])
def test_count_that_lies(tmp_path, count):
    message = rejection(tmp_path, BOXES.replace("3\n", f"{count}\n", 1))
    assert message == (
        f", line 1: found a count of {count} above 3 rows; expected the number of rows that "
        "follow. Download the file again if it was cut short; otherwise correct the count."
    )


@pytest.mark.parametrize("name", ["../2.jpg", "a/2.jpg", "/2.jpg", "a\\2.jpg", "..\\2.jpg"])
def test_name_with_a_path(tmp_path, name):
    message = rejection(tmp_path, BOXES.replace("2.jpg", name))
    assert (
        f", line 4: found {name!r}, a name with a path in it; expected a plain file name such as "
        "000001.jpg. Write the name only"
    ) in message


@pytest.mark.parametrize("name", ["2", "2.gif", ".jpg", "..jpg", "<b>.jpg", "2.jpg;", '2".jpg'])
def test_name_that_is_no_image_name(tmp_path, name):
    message = rejection(tmp_path, BOXES.replace("2.jpg", name))
    assert f", line 4: found {name!r} as an image's name; expected letters, digits" in message


@pytest.mark.parametrize(
    "value",
    ["7.5", "7.", "nan", "NaN", "inf", "-inf", "x", "1e3", "0x7", "NA", "null", "1_0", "9" * 11],
)
def test_value_that_is_no_whole_number(tmp_path, value):
    message = rejection(tmp_path, BOXES.replace("5 6 7 8", f"5 6 {value} 8"))
    assert (
        f", line 4: found {value!r} for width; expected a whole number of 32 bits. Download"
    ) in message


@pytest.mark.parametrize("label", ["2", "-2", "255", "0.5", "nan"])
def test_label_out_of_range(tmp_path, label):
    rows = ["1.jpg" + " 1" * 40, "2.jpg" + " -1" * 20 + f" {label}" + " 1" * 19]
    message = rejection(tmp_path, attributes(rows=rows), ATTRIBUTE_KIND)
    assert message == (
        f", line 4: found {label!r} for Male; expected -1 or 1 (or 0 and 1 throughout). "
        "Download the file again, or correct the row."
    )


@pytest.mark.parametrize("partition", ["3", "-1", "train"])
def test_partition_out_of_range(tmp_path, partition):
    message = rejection(tmp_path, f"1.jpg 0\n2.jpg {partition}\n", PARTITION_KIND)
    assert f", line 2: found {partition!r} for partition; expected 0 or 1 or 2." in message


def test_labels_of_zero_and_one(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(attributes(rows=["1.jpg" + " 0" * 39 + " 1", "2.jpg" + " 1" * 40]))
    assert read_labels(path).numbers.tolist() == [[-1] * 39 + [1], [1] * 40]


def test_labels_of_minus_one_and_zero(tmp_path):
    path = tmp_path / "a.txt"
    rows = ["1.jpg" + " -1" * 40, "2.jpg" + " 1" * 40, "3.jpg" + " 0" * 40]
    path.write_text(attributes(rows=rows))
    with pytest.raises(AnnotationError) as error:
        read_labels(path)
    assert f"{path}, line 5: found labels -1 and 0 in one file; expected either" in str(error.value)


@pytest.mark.parametrize("text", ["", "\n \r\n"])
def test_empty_file(tmp_path, text):
    message = rejection(tmp_path, text)
    assert message == (
        ", line 1: found an empty file; expected annotations. Download the file again."
    )


@pytest.mark.parametrize("text", ["3\n", "3\nimage_id x_1 y_1 width height\n"])
def test_no_rows(tmp_path, text):
    assert "found no rows; expected a row per image" in rejection(tmp_path, text)


@pytest.mark.parametrize(
    "text", ["<!DOCTYPE html><html>quota exceeded", "\n <html lang='en'>", "<?xml version='1.0'?>"]
)
def test_html_page(tmp_path, text):
    message = rejection(tmp_path, text)
    assert ", line 1: found an HTML page (" in message
    assert "Download the file again in a browser" in message


@pytest.mark.parametrize(
    ("text", "found", "command"),
    [
        (
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 26721026\n",
            "a git-LFS pointer",
            "git lfs pull",
        ),
        ("outs:\n- md5: 75e246b7\n  size: 26721026\n", "a DVC pointer", "dvc pull"),
        (
            "../.git/annex/objects/zq/9F/MD5E-s26721026--75e2.txt",
            "a git-annex pointer",
            "annex get",
        ),
    ],
)
def test_pointer(tmp_path, text, found, command):
    message = rejection(tmp_path, text)
    assert f", line 1: found {found}; expected annotations. Fetch the content: " in message
    assert command in message


def test_link_that_leads_nowhere(tmp_path):
    path = tmp_path / "a.txt"
    path.symlink_to("../.git/annex/objects/gone.txt")
    with pytest.raises(AnnotationError, match=r"found a link to .*gone\.txt, which is not there"):
        read_annotation(path, BOX_KIND)


def test_folder_under_the_name(tmp_path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(AnnotationError, match="found something that cannot be read"):
        read_annotation(tmp_path / "a.txt", BOX_KIND)


@pytest.mark.parametrize(
    ("text", "line", "byte"),
    [
        (BOXES.encode("utf-16"), 1, "0xff"),
        (BOXES.replace("2.jpg", "ä.jpg").encode("latin-1"), 4, "0xe4"),
        (b"PK\x03\x04\x14\x00\x00\x00list_bbox", 1, "0x00"),
    ],
)
def test_unreadable_encoding(tmp_path, text, line, byte):
    message = rejection(tmp_path, text)
    assert f", line {line}: found the byte {byte}; expected UTF-8 text. Unpack the file" in message


@given(
    numbers=st.lists(
        st.lists(st.integers(-(2**31) + 1, 2**31 - 1), min_size=10, max_size=10), min_size=1
    ),
    blanks=st.sampled_from([" ", "  ", "\t", ",", ", ", " \t "]),
    end=st.sampled_from(["\n", "\r\n", "  \n", "\n\n", ",\r\n"]),
    count=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_any_way_of_writing_gives_the_same_numbers(tmp_path_factory, numbers, blanks, end, count):
    lines = [str(len(numbers))] * count + [blanks.join(LANDMARK_KIND.columns)]
    lines += [blanks.join([f"{i}.jpg", *map(str, row)]) for i, row in enumerate(numbers)]
    folder = tmp_path_factory.mktemp("written")
    annotation = read_text(folder, end.join(lines) + end, LANDMARK_KIND)
    np.testing.assert_array_equal(annotation.numbers, numbers)


@given(st.integers(len(BOXES) - 50, len(BOXES) - 1), st.sampled_from(list("0x9-+. ,\njg\t\r/é")))
@settings(max_examples=150, deadline=None)
def test_a_spoilt_character_is_read_rightly_or_rejected(tmp_path_factory, at, character):
    text = BOXES[:at] + character + BOXES[at + 1 :]
    folder = tmp_path_factory.mktemp("spoilt")
    expected = naive_boxes(text)
    if expected is None:
        rejection(folder, text)
    else:
        annotation = read_text(folder, text)
        found = {stem: annotation.numbers[row].tolist() for stem, row in annotation.rows.items()}
        assert found == expected


def naive_boxes(text: str) -> dict[str, list[int]] | None:
    """What a file with a count line, a header and boxes says; None if it is not sound."""
    lines = [line.replace(",", " ").split() for line in text.split("\n")]
    lines = [line for line in lines if line]
    boxes: dict[str, list[int]] = {}
    for name, *numbers in lines[2:]:
        if not re.fullmatch(r"\w[\w.-]*\.(jpg|jpeg|png)", name) or name[:-4] in boxes:
            return None
        if len(numbers) != 4 or not all(re.fullmatch(r"[+-]?\d+", number) for number in numbers):
            return None
        boxes[name[:-4]] = [int(number) for number in numbers]
    sound = lines[0] == ["3"] and lines[1] == ["image_id", "x_1", "y_1", "width", "height"]
    return boxes if sound and len(boxes) == 3 else None
