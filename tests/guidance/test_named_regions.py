"""Regions that were drawn and named: what may be one, its file, and where it lies on faces."""

import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from heed.base.errors import HeedError, InputError, MissingFileError
from heed.base.settings import ParamsError, validated
from heed.guidance.named_regions import (
    BATCH,
    Region,
    as_yaml,
    load_region,
    region_file,
    region_name,
    region_names,
    save_region,
)
from heed.guidance.template_face import template_box, template_landmarks
from heed.masks.packing import unpack

MOUTH = {"kind": "box", "points": [[80, 130], [144, 160]], "attributes": ["Smiling"]}
HAT = {"kind": "polygon", "points": [[60, -20], [170, 5], [150, 70]], "attributes": ["Wearing_Hat"]}


def region(**changes: Any) -> Region:
    return validated(Region, "region", MOUTH | changes, "file")


def faces(count: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    return template_landmarks(224, 5.5) + rng.normal(0, 6, (count, 5, 2))


def test_a_box_lies_where_the_study_of_attention_has_it() -> None:
    points = faces(7)
    expected = template_box([80, 130, 144, 160], template_landmarks(224, 5.5), points)
    np.testing.assert_array_equal(region().corners(points), expected)


def test_masks_are_the_pixels_that_opencv_finds_inside() -> None:
    points = faces(3)
    found = unpack(region(**HAT).masks(points, 224))
    for mask, corners in zip(found, region(**HAT).corners(points), strict=True):
        distance = np.array(
            [[cv2.pointPolygonTest(corners.astype(np.float32)[:, None], (x, y), True)
              for x in range(0, 224, 7)] for y in range(0, 224, 7)]
        )  # fmt: skip
        sure = np.abs(distance) > 1e-3
        np.testing.assert_array_equal(mask[::7, ::7][sure], (distance > 0)[sure])


def test_another_crop_shows_the_same_place_of_the_face() -> None:
    half = region(points=[[40, 65], [72, 80]], size=112)
    np.testing.assert_allclose(half.corners(faces(4)), region().corners(faces(4)), atol=1e-9)
    np.testing.assert_allclose(half.on_template(224, 5.5), region().corners_on_template, atol=1e-9)
    closer = region().on_template(224, 2.75)  # the face is twice as large about the boxes' centre
    assert np.ptp(closer, axis=0).tolist() == pytest.approx([128, 60])


def test_drawing_all_at_once_or_batch_by_batch_gives_the_same_bits() -> None:
    points = faces(2 * BATCH + 9)
    every = region(**HAT).masks(points, 224)
    parts = [region(**HAT).masks(points[n : n + BATCH], 224) for n in range(0, len(points), BATCH)]
    np.testing.assert_array_equal(every, np.concatenate(parts))
    assert region().masks(points[:0], 64).shape == (0, 64, 8)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "circle"}, r"file: region\.kind: found 'circle'"),
        ({"points": [[80, 130]]}, "points"),
        ({"points": [[80, 130], [70, 160]]}, "left upper and its right lower corner"),
        ({"points": [[80, 130], [144, 160], [3, 3]]}, "left upper and its right lower corner"),
        ({"kind": "polygon"}, "three corners or more"),
        ({"kind": "polygon", "points": [[0, 0], [9, 9], [9, 0], [0, 9]]}, "its edges cross"),
        ({"points": [[300, 300], [310, 310]]}, "enclose no pixel"),
        ({"points": [[80.2, 130.2], [80.4, 160]]}, "enclose no pixel"),
        ({"points": [[float("nan"), 130], [144, 160]]}, "finite"),
        ({"points": [[80, 130], [1e9, 160]]}, "4096"),
        ({"points": [[True, 130], [144, 160]]}, None),
        ({"points": "80,130"}, "points"),
        ({"attributes": []}, "attributes"),
        ({"attributes": ["Smiling", "Smiling"]}, "expected each once"),
        ({"base": 9}, "base: found 9"),
        ({"base": 2.0}, "base: found 2.0"),
        ({"size": 220}, "size: found 220"),
        ({"scale": 0}, "scale: found 0"),
        ({"colour": "red"}, "colour"),
        ({"points": [[0, 0]] * 501}, "500"),
    ],
)
def test_what_is_no_region_is_refused(changes: dict[str, Any], message: str | None) -> None:
    if message is None:  # true counts as 1 here, and is no place that anybody draws
        region(**changes)
        return
    with pytest.raises(ParamsError, match=message):
        region(**changes)


coordinate = st.floats(-50, 300, allow_nan=False)


@given(st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=8), st.text(max_size=30))
def test_a_saved_region_is_loaded_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, points: list[tuple[float, float]], comment: str
) -> None:
    try:
        drawn = region(kind="polygon", points=points, comment=comment)
    except ParamsError:
        return
    folder = tmp_path_factory.mktemp("audit")
    try:
        path = save_region(folder, "drawn", drawn)
    except InputError:  # a comment that YAML cannot hold
        return
    assert load_region(folder, "drawn") == drawn
    assert path.read_text(encoding="utf-8") == as_yaml(load_region(folder, "drawn"))


def test_the_file_is_as_people_write_it(tmp_path: Path) -> None:
    path = save_region(tmp_path, "mouth", region())
    assert path == tmp_path / "regions/mouth.yaml"
    content = yaml.safe_load(path.read_text())
    assert content["base"] == 2
    assert content["points"] == [[80.0, 130.0], [144.0, 160.0]]
    (tmp_path / "regions/lips.yaml").write_text(yaml.safe_dump(MOUTH))
    assert load_region(tmp_path, "lips") == load_region(tmp_path, "mouth")
    assert region_names(tmp_path) == ("lips", "mouth")
    assert region_names(tmp_path / "elsewhere") == ()


def test_a_region_is_replaced_only_where_that_is_said(tmp_path: Path) -> None:
    save_region(tmp_path, "mouth", region())
    with pytest.raises(InputError, match=r"mouth\.yaml: is there already.*--force"):
        save_region(tmp_path, "mouth", region(**HAT))
    assert load_region(tmp_path, "mouth").kind == "box"
    save_region(tmp_path, "mouth", region(**HAT), force=True)
    assert load_region(tmp_path, "mouth").kind == "polygon"
    with pytest.raises(InputError, match="capital letters"):
        save_region(tmp_path, "Mouth", region())
    assert os.listdir(tmp_path / "regions") == ["mouth.yaml"]


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x", "a/b", "a\\b", "a.b", "a b", "\x00", "a\n", "1a", "face", "none", "-a",
     "x" * 65, "ä", None, 3],
)  # fmt: skip
def test_other_names_are_refused(tmp_path: Path, name: Any) -> None:
    for ask in (
        lambda: region_file(tmp_path, name),
        lambda: load_region(tmp_path, name),
        lambda: save_region(tmp_path, name, region()),
    ):
        with pytest.raises(InputError, match="found the name"):
            ask()
    assert not list(tmp_path.iterdir())


def test_a_region_that_there_is_not_is_named_with_those_that_there_are(tmp_path: Path) -> None:
    save_region(tmp_path, "mouth", region())
    with pytest.raises(MissingFileError, match=r"hat\.yaml: found no such file.*there are: mouth"):
        load_region(tmp_path, "hat")


def test_what_does_not_fit_the_audit_is_refused(tmp_path: Path) -> None:
    save_region(tmp_path, "mouth", region(base=1))
    assert load_region(tmp_path, "mouth", ["Smiling"], ["1", "2"]).base == "1"
    with pytest.raises(ParamsError, match=r"mouth\.yaml: attributes: found 'Smiling'"):
        load_region(tmp_path, "mouth", ["Bald"])
    with pytest.raises(ParamsError, match=r"mouth\.yaml: base: found 1, .* expected 2 or 3"):
        load_region(tmp_path, "mouth", bases=["2", "3"])


@pytest.mark.parametrize("content", ["", "[]", "a: [", "kind: box", b"\xff\xfe", "points: 3"])
def test_a_damaged_file_is_named(tmp_path: Path, content: str | bytes) -> None:
    (tmp_path / "regions").mkdir()
    raw = content if isinstance(content, bytes) else content.encode()
    (tmp_path / "regions/hat.yaml").write_bytes(raw)
    with pytest.raises(HeedError, match=r"regions/hat\.yaml"):
        load_region(tmp_path, "hat")


def test_versions_that_are_regions() -> None:
    assert [region_name(v) for v in ("2", "evidence", "regions/hat")] == [None, None, "hat"]
