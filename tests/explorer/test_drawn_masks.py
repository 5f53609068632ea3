"""A region is a version of the masks like any other: for scores, pictures and links."""

import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from heed.base.errors import InputError
from heed.explorer.audited import Audited
from heed.explorer.drawn_masks import (
    numbers_in,
    region_of,
    saved_versions,
    version_of,
    version_that_draws,
)
from heed.explorer.regions import drawn_region, save_region
from heed.explorer.score_columns import SCORES, columns
from heed.explorer.stored_faces import StoredFaces
from heed.explorer.view import View
from heed.geometry import landmarks
from heed.guidance.named_regions import Region
from tests.explorer.audit_folder import PARAMS, SIZE, audit_folder

BOX = "box:4,6,20,22"


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    folder = audit_folder(tmp_path_factory.mktemp("drawn") / "audit", faces=9)
    save_region(folder, "hat", drawn_region(folder, ["Bald"], box=[4, 6, 20, 22], base="3"))
    return Audited(folder)


@given(st.lists(st.integers(-50, 300), min_size=4, max_size=4))
def test_a_rectangle_is_the_same_from_any_of_its_corners(numbers: list[int]) -> None:
    left, top, right, bottom = numbers
    assert version_of(numbers) == version_of([right, top, left, bottom])
    assert sorted(numbers_in(version_of(numbers))) == sorted(map(float, numbers))


@given(st.lists(st.floats(-4096, 4096), min_size=4, max_size=4))
def test_numbers_stay_as_they_were_typed_to_the_bit(numbers: list[float]) -> None:
    """The command line, which is given them as they are, draws the same region."""
    assert sorted(numbers_in(version_of(numbers))) == sorted(numbers)
    assert numbers_in(" ".join(map(repr, numbers))) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", []),
        (".5, 1e2 (3;-4)", [0.5, 100.0, 3.0, -4.0]),
        ("[[-4.25, 6], [\N{MINUS SIGN}20, 22]]", [-4.25, 6.0, -20.0, 22.0]),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, numbers: list[float]) -> None:
    assert numbers_in(text) == numbers


@pytest.mark.parametrize(
    "text", ["80-130-144-160", "10 20 30 40 %", "nan,1,2,3,4", "1,2,3,1e999", "1 " * 17_000]
)
def test_what_is_no_number_is_not_passed_over(text: str) -> None:
    """Without it another region would be scored than the one that was typed."""
    with pytest.raises(InputError, match="corners: found"):
        numbers_in(text)


def test_a_region_follows_the_crops_of_another_run(tmp_path: Path) -> None:
    params = tmp_path / "params.yaml"
    content = {"crop": dict(PARAMS["crop"])}
    params.write_text(yaml.safe_dump(content))
    before = region_of(tmp_path, BOX, "Bald")
    content["crop"]["size"] = 64
    params.write_text(yaml.safe_dump(content))
    os.utime(params, ns=(0, 1))  # clocks of some disks are slow
    after = region_of(tmp_path, BOX, "Bald")
    assert before is not None
    assert after is not None
    assert (before.size, after.size) == (SIZE, 64)
    params.unlink()
    with pytest.raises(InputError, match=r"params\.yaml: no such file"):
        region_of(tmp_path, BOX, "Bald")


def test_a_file_that_is_no_region_hides_nothing_else(audited: Audited, tmp_path: Path) -> None:
    """One of somebody's own naming, and one that was half written: both are named."""
    folder = shutil.copytree(audited.path, tmp_path / "audit")
    (folder / "regions/my hat.yaml").write_text("kind: box\n")
    (folder / "regions/cut.yaml").write_text("kind: box\npoints: [[4,")
    found = Audited(folder)
    assert saved_versions(folder) == ("regions/cut", "regions/hat")
    cut, mine = found.problems
    assert "regions/cut.yaml" in cut
    assert "regions/my hat.yaml is left out: region: found the name 'my hat'" in mine
    assert View.from_query("mask=regions/hat", found)[1] == []
    assert len(View.from_query("mask=regions/cut", found)[1]) == 1
    assert len(View.from_query("mask=regions/my+hat", found)[1]) == 1


@given(
    st.lists(
        st.floats(1e-6, 4096) | st.floats(-4096, -1e-6) | st.just(0.0), min_size=6, max_size=6
    ),
    st.sampled_from([1, 100]),
)
def test_no_digit_of_a_corner_is_lost(numbers: list[float], times: int) -> None:
    assert numbers_in(version_of(numbers * times)) == numbers * times


def test_corners_of_too_many_digits_are_refused() -> None:
    with pytest.raises(InputError, match="found 60,599 characters of numbers; expected 32,000 at"):
        version_of([1e-300, 2e-300] * 100)


@pytest.mark.parametrize("size", [SIZE, 224])
@pytest.mark.parametrize("kind", ["box", "polygon"])
def test_a_region_is_drawn_for_whatever_attribute_as_its_own_masks_are(
    audited: Audited, size: int, kind: str
) -> None:
    """A region that was drawn on crops of this size or another one."""
    by, points = size / SIZE, [(4.3, 6.1), (20.7, 22.9), (3.2, 25.1)]
    corners = tuple((by * x, by * y) for x, y in points[: 2 if kind == "box" else 3])
    region = Region(kind=kind, points=corners, attributes=("Bald",), size=size)
    version = version_that_draws(audited.path, region)
    assert version.startswith(f"{kind}:")
    drawn = region_of(audited.path, version, "Smiling")
    assert drawn is not None
    assert drawn.attributes == ("Smiling",)
    points_of = landmarks.from_table(pd.read_parquet(audited.path / "data/landmarks.parquet"))
    found = drawn.masks(points_of, SIZE)
    assert found.any()
    np.testing.assert_array_equal(found, region.masks(points_of, SIZE))


@pytest.mark.parametrize("numbers", [[], [1, 2, 3], [1, 2, 3, 4, 5], list(range(1002))])
def test_what_is_no_region_is_refused(numbers: list[float]) -> None:
    with pytest.raises(InputError, match=r"corners: found \d+ numbers; expected left"):
        version_of(numbers)


@pytest.mark.parametrize(
    "version", ["box:1,1,1,1", "box:a", "polygon:0,0,9,9,0,9,9,0", "regions/x"]
)
def test_what_cannot_be_drawn_is_said(audited: Audited, version: str) -> None:
    with pytest.raises(InputError):
        region_of(audited.path, version, "Bald")
    view, problems = View.from_query(f"mask={version}", audited)
    assert view.mask == audited.stored.mask
    assert len(problems) == 1


def test_a_mask_of_pixels_gives_the_scores(audited: Audited) -> None:
    """PE by hand: the map's energy inside the rectangle, carried to the face, over all of it."""
    view, _ = View.from_query(f"attribute=Bald&mask={BOX}", audited)
    conditions = view.conditions()
    found = columns(audited, view.networks[0], "Bald", conditions)
    faces = StoredFaces(audited)
    from heed.explorer.tiles import cam_pixels

    for place, image in enumerate(audited.images):
        mask = faces.mask(image, "Bald", BOX)
        assert mask.any()
        assert not mask.all()
        cam = cam_pixels(faces, image, "Bald", view.networks[0], conditions).astype(float)
        expected = cam[mask].sum() / cam.sum() if cam.any() else 0
        assert found.values["proportional_energy"][place] == pytest.approx(expected, abs=1e-6)


def test_a_saved_region_scores_as_the_drawn_one_and_others_keep_its_base(audited: Audited) -> None:
    network = audited.networks[1]

    def scores(mask: str, attribute: str) -> list[np.ndarray]:
        view, problems = View.from_query(f"mask={mask}", audited)
        assert problems == []
        found = columns(audited, network, attribute, view.conditions())
        return [found.values[name] for name in SCORES]

    np.testing.assert_array_equal(scores("regions/hat", "Bald"), scores(BOX, "Bald"))
    np.testing.assert_array_equal(scores("regions/hat", "Smiling"), scores("3", "Smiling"))
    assert not np.array_equal(scores(BOX, "Smiling"), scores("3", "Smiling"))


def test_saving_a_region_is_a_change_of_the_audit(audited: Audited) -> None:
    assert not audited.rewritten()
    save_region(audited.path, "chin", drawn_region(audited.path, ["Bald"], box=[4, 20, 20, 30]))
    assert audited.rewritten()
    Path(audited.path, "regions", "chin.yaml").unlink()


def test_the_templates_crop_is_the_audits(audited: Audited) -> None:
    region = region_of(audited.path, BOX, "Bald")
    assert region is not None
    assert region.size == SIZE
