"""Exports as pandas itself writes them, read back; and what could be read in two ways, refused."""

import csv
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heed.celeba.annotations import read_annotation, read_labels
from heed.celeba.exports import whole_numbers
from heed.celeba.kinds import (
    ATTRIBUTE_KIND,
    BOX_KIND,
    IDENTITY_KIND,
    LANDMARK_KIND,
    PARTITION_KIND,
    Kind,
)
from heed.celeba.messages import AnnotationError

KINDS = {
    "attributes": ATTRIBUTE_KIND,
    "partitions": PARTITION_KIND,
    "identities": IDENTITY_KIND,
    "boxes": BOX_KIND,
    "landmarks": LANDMARK_KIND,
}
# What pandas does to a table on its way into a file.
EXPORTS = {
    "index": lambda table: table.to_csv(),
    "index of an index": lambda table: pd.read_csv(io.StringIO(table.to_csv())).to_csv(),
    "index with a name": lambda table: table.reset_index().to_csv(index=False),
    "index of a subset": lambda table: table.set_axis(range(7, 7 + 5 * len(table), 5)).to_csv(),
    "images as the index": lambda table: table.set_index("image_id").to_csv(),
    "floats": lambda table: floats(table).to_csv(index=False),
    "floats with an index": lambda table: floats(table).to_csv(),
    "floats of six digits": lambda table: floats(table).to_csv(index=False, float_format="%.6f"),
    "quotes": lambda table: table.to_csv(index=False, quoting=csv.QUOTE_ALL),
    "quotes around text": lambda table: table.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC),
    "quotes, index, floats": lambda table: floats(table).to_csv(quoting=csv.QUOTE_ALL),
    "semicolons": lambda table: table.to_csv(index=False, sep=";"),
    "decimal commas": lambda table: floats(table).to_csv(index=False, sep=";", decimal=","),
    "decimal commas, index": lambda table: floats(table).to_csv(sep=";", decimal=","),
    "decimal commas in tabs": lambda table: floats(table).to_csv(sep="\t", decimal=","),
    "decimal commas in quotes": lambda table: floats(table).to_csv(
        decimal=",", quoting=csv.QUOTE_ALL
    ),
    "semicolons and quotes": lambda table: table.to_csv(sep=";", quoting=csv.QUOTE_ALL),
    "tabs": lambda table: table.to_csv(index=False, sep="\t"),
    "tabs with an index": lambda table: table.to_csv(sep="\t"),
    "tabs and quotes": lambda table: floats(table).to_csv(sep="\t", quoting=csv.QUOTE_ALL),
    "blanks": lambda table: table.to_csv(index=False, sep=" "),
    "CRLF": lambda table: floats(table).to_csv(lineterminator="\r\n", quoting=csv.QUOTE_ALL),
    "trailing commas": lambda table: table.to_csv(index=False, lineterminator=",\n"),
    "trailing commas after tabs": lambda table: table.to_csv(sep="\t", lineterminator=",\n"),
    "trailing semicolons": lambda table: floats(table).to_csv(sep=";", lineterminator=";\n"),
}


def floats(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype(dict.fromkeys(table.columns[1:], float))


def made_up(kind: Kind, rows: int = 12) -> pd.DataFrame:
    generator = np.random.default_rng(0)
    numbers = generator.integers(1, 12_000, (rows, len(kind.columns)))
    if kind is ATTRIBUTE_KIND:
        numbers = np.where(generator.random(numbers.shape) < 0.5, 1, -1)
    elif kind is PARTITION_KIND:
        numbers %= 3
    table = pd.DataFrame(numbers, columns=list(kind.columns))
    table.insert(0, "image_id", [f"{number:06d}.jpg" for number in range(1, rows + 1)])
    return table


def read_text(folder: Path, text: str, kind: Kind):
    path = folder / "a.csv"
    path.write_text(text, newline="")
    return read_labels(path) if kind is ATTRIBUTE_KIND else read_annotation(path, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("export", EXPORTS)
def test_every_export_of_every_file_is_read(tmp_path, export, kind):
    table = made_up(KINDS[kind])
    annotation = read_text(tmp_path, EXPORTS[export](table), KINDS[kind])
    assert [f"{stem}.jpg" for stem in annotation.rows] == table["image_id"].tolist()
    np.testing.assert_array_equal(annotation.numbers, table.iloc[:, 1:].to_numpy())
    assert annotation.numbers.dtype == np.int32


NAMES = ["face.001.jpg", "a.00.0.png", "a.0.png", "b.000.JPEG", "1.0.jpg", "0.00.jpg"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("export", EXPORTS)
def test_names_with_points_and_noughts_stay_as_they_are(tmp_path, export, name):
    table = made_up(BOX_KIND, 2)
    table.loc[1, "image_id"] = name
    annotation = read_text(tmp_path, EXPORTS[export](table), BOX_KIND)
    assert annotation.names.to_pylist() == ["000001.jpg", name]
    assert list(annotation.rows) == ["000001", name.rpartition(".")[0]]
    np.testing.assert_array_equal(annotation.numbers, table.iloc[:, 1:].to_numpy())


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;", "sep=;\r", "sep=;;;;;"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_the_line_that_tells_excel_the_separator(tmp_path, line, quoting):
    table = made_up(BOX_KIND)
    text = floats(table).to_csv(index=False, sep=";", decimal=",", quoting=quoting)
    annotation = read_text(tmp_path, f"{line}\n{text}", BOX_KIND)
    np.testing.assert_array_equal(annotation.numbers, table.iloc[:, 1:].to_numpy())
    assert annotation.line_of("000003") == 5


def test_the_separator_of_excel_with_commas_or_tabs(tmp_path):
    for separator in ",\t":
        text = made_up(BOX_KIND).to_csv(sep=separator)
        assert len(read_text(tmp_path, f"sep={separator}\n{text}", BOX_KIND).stems) == 12


def test_a_name_with_a_comma_is_refused_and_not_changed(tmp_path):
    text = made_up(BOX_KIND).to_csv(index=False, quoting=csv.QUOTE_ALL)
    message = rejection(tmp_path, text.replace("000002.jpg", "1,5.jpg"), BOX_KIND)
    assert ", line 3: found '1,5.jpg' as an image's name" in message


def test_large_files_take_the_fast_way():
    """What pandas writes is evened out as a whole, and not number by number."""
    rows = b"0 1.jpg 1.0 -1.000000 True FALSE\n1 2.jpg 10.0 -0.0 true false"
    plain = b"0 1.jpg 1 -1 1 0\n1 2.jpg 10 -0 1 0\n"
    assert whole_numbers(rows, truth=True) == plain


@pytest.mark.parametrize("write", [str, str.upper, str.lower])
@pytest.mark.parametrize("index", [False, True])
def test_labels_as_truth_values(tmp_path, write, index):
    table = made_up(ATTRIBUTE_KIND)
    numbers = table.iloc[:, 1:].to_numpy()
    for column in table.columns[1:]:
        table[column] = [write(str(label == 1)) for label in table[column]]
    annotation = read_text(tmp_path, table.to_csv(index=index), ATTRIBUTE_KIND)
    np.testing.assert_array_equal(annotation.numbers, numbers)


def test_the_line_of_an_image_in_an_export(tmp_path):
    annotation = read_text(tmp_path, made_up(BOX_KIND).to_csv(), BOX_KIND)
    assert annotation.line_of("000003") == 4
    assert annotation.line_of_row(2) == 4


def rejection(folder: Path, text: str, kind: Kind) -> str:
    with pytest.raises(AnnotationError) as error:
        read_text(folder, text, kind)
    message = str(error.value)
    assert message.startswith(str(folder / "a.csv"))
    return message.removeprefix(str(folder / "a.csv"))


BOXES = ",image_id,x_1,y_1,width,height\n0,1.jpg,1.0,2.0,3.0,4.0\n1,2.jpg,5.0,6.0,7.0,8.0\n"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("7.0", "7.5", "'7.5' for width"),
        ("7.0", "7.05", "'7.05' for width"),
        ("7.0", "7.0.0", "'7.0.0' for width"),
        ("7.0", "7..0", "'7..0' for width"),
        ("7.0", ".0", "'.0' for width"),
        ("7.0", "7e0", "'7e0' for width"),
        ("7.0", "1e9", "'1e9' for width"),
        ("7.0", "nan", "'nan' for width"),
        ("7.0", "", "3 numbers for 2.jpg"),
        ("7.0", "True", "'True' for width"),
        ("7.0", "3000000000.0", "'3000000000.0' for width"),
        ("1,2.jpg,5.0,6.0,7.0", '1,2.jpg,5.0,6.0,"7,000"', "'7,000' for width"),
        ("2.jpg", "2.jpg.0", "'2.jpg.0' as an image's name"),
        ("1,2.jpg", "2.jpg", "'2.jpg 5.0'"),
        ("1,2.jpg", "b,2.jpg", "'b 2.jpg'"),
        ("1,2.jpg", "0.5,2.jpg", "'0.5 2.jpg'"),
        ("6.0", '"6.0', "a quotation mark without its partner"),
        ("6.0", '"6.0"0', "a quotation mark without its partner"),
        ("6.0", '6".0', "'6\".0' for y_1"),
    ],
)
def test_what_is_not_certain_is_refused_with_its_line(tmp_path, old, new, found):
    assert old in BOXES
    assert f", line 3: found {found}" in rejection(tmp_path, BOXES.replace(old, new), BOX_KIND)


@pytest.mark.parametrize(("label", "line"), [("-True", 2), ("0.5", 2), ("xFalse", 2), ("2.0", 2)])
def test_labels_that_are_none(tmp_path, label, line):
    text = made_up(ATTRIBUTE_KIND, 2).to_csv(index=False)
    text = re.sub(r"(000001\.jpg),-?1", rf"\1,{label}", text)
    message = rejection(tmp_path, text, ATTRIBUTE_KIND)
    assert f", line {line}: found {label!r} for 5_o_Clock_Shadow; expected -1 or 1" in message


def test_false_beside_minus_one(tmp_path):
    table = made_up(ATTRIBUTE_KIND)
    table["Male"] = table["Male"] == 1
    message = rejection(tmp_path, table.to_csv(), ATTRIBUTE_KIND)
    assert "found labels -1 and 0 in one file; expected either -1 and 1, or 0 and 1 (Fal" in message


def test_a_column_of_another_name_is_no_index(tmp_path):
    text = BOXES.replace(",image_id", "identity,image_id", 1)
    assert ", line 1: found 'image_id' as name" in rejection(tmp_path, text, BOX_KIND)


@given(st.integers(31, len(BOXES) - 1), st.sampled_from(list('0x9-+. ,;\njg\te"')))
@settings(max_examples=300, deadline=None)
def test_a_spoilt_character_is_read_rightly_or_rejected(tmp_path_factory, at, character):
    text = BOXES[:at] + character + BOXES[at + 1 :]
    folder = tmp_path_factory.mktemp("spoilt")
    try:
        annotation = read_text(folder, text, BOX_KIND)
    except AnnotationError:
        return
    read = {stem: annotation.numbers[row].tolist() for stem, row in annotation.rows.items()}
    assert read == naive_boxes(text)


def naive_boxes(text: str) -> dict[str, list[int]] | None:
    """What the rows say by Python's own csv reader and decimals; None if they are not sound."""
    boxes: dict[str, list[int]] = {}
    for fields in list(csv.reader(io.StringIO(text)))[1:]:
        words = [word for field in fields for word in field.split()]
        if not words:
            continue
        index, name, *numbers = words
        if not index.isdigit() or not re.fullmatch(r"\w[\w.-]*\.(jpg|png)", name):
            return None
        if len(numbers) != 4 or not all(float(number).is_integer() for number in numbers):
            return None
        boxes[name[:-4]] = [int(float(number)) for number in numbers]
    return boxes
