"""The figures of single faces, put together from faces, maps and masks in memory."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import zarr
from matplotlib.figure import Figure

from heed.audit.figures import corner_failures
from heed.audit.figures.amr_explained import NOT_ACTIVE, choose_amr_explained
from heed.audit.figures.audited import Faces, Maps
from heed.audit.figures.catalogue import FIGURES
from heed.audit.figures.targets import choose_targets
from heed.audit.tables.score_arrays import METRICS, ScoreArrays
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import Placement
from heed.explain.postprocess import normalise
from heed.figures.close_up import close_up
from heed.figures.overlay import overlay, tint
from heed.figures.theme import png
from heed.masks.catalogue import VERSIONS
from heed.metrics.grid.stored_masks import StoredMasks
from tests.masks.drawn import region_of
from tests.placements import uneven

SIZE, ALL, TARGETS = 64, 9, ["Bald", "Male"]
RNG = np.random.default_rng(0)
KEPT = np.array([0, 1, 1, 0, 1, 1, 1, 0, 1], bool)
N = int(KEPT.sum())


def blocks() -> np.ndarray:
    """The masks of version 2, of any face."""
    return VERSIONS["2"].masks(np.zeros((1, 5, 2)), SIZE)


@pytest.fixture
def faces() -> Faces:
    typical = np.array([[24, 29], [40, 29], [32, 35], [26, 40], [38, 40]], float)
    points = typical + RNG.normal(size=(ALL, 5, 2))
    return Faces(
        crops=list(RNG.integers(0, 256, (ALL, SIZE, SIZE, 3), np.uint8)),
        landmarks=points,
        exact=points,
        aligned=points * 3.5 + RNG.normal(size=(ALL, 5, 2)),
        ratio=np.where(KEPT, RNG.random(ALL) / 10, 0.1 + RNG.random(ALL)),
        kept=KEPT,
        threshold=0.1,
        audited_sha256="",
    )


@pytest.fixture
def maps(tmp_path: Path) -> Maps:
    labels = RNG.choice(np.array([-1, 1], np.int8), (N, 40))
    raw = {m: RNG.normal(size=(N, 40, 7, 7)).astype(np.float32) for m in ("zebra", "ant")}
    scores = {
        model: ScoreArrays(
            images=tuple(f"{row}.jpg" for row in range(N)),
            labels=labels,
            logits=RNG.normal(size=(N, 40)).astype(np.float32),
            empty=np.zeros((N, 40), bool),
            values={metric: RNG.random((N, 40)) for metric in METRICS},
        )
        for model in raw
    }
    group = zarr.open_group(tmp_path / "2.zarr", mode="w")
    group.create_array("regions", data=blocks())
    group.attrs.update(images_sha256="", region_of_attribute=region_of("2"))
    return Maps(
        scores=scores,
        raw=raw,
        signed={
            model: of_model * np.sign(scores[model].logits)[..., None, None]
            for model, of_model in raw.items()
        },
        placements={"zebra": uneven(SIZE, 7), "ant": Placement.half_pixel(SIZE, 7)},
        rules={
            model: {"half_pixel": Placement.half_pixel(SIZE, 7), "receptive_field": uneven(SIZE, 7)}
            for model in raw
        },
        masks={"2": StoredMasks(tmp_path / "2.zarr")},
        version="2",
        threshold=0.5,
    )


def drawings_of(faces: Faces, maps: Maps, count: int) -> dict[str, Callable[[], Figure]]:
    values = {"faces": faces, "maps": maps, "count": count, "target_attributes": TARGETS}
    return FIGURES.drawings("faces", values | {"shift": (24, -10), "scale": 5.5})


def pictures(figure: Figure) -> list[np.ndarray]:
    return [np.asarray(image.get_array()) for image in figure.axes[0].images]


def test_all_figures_of_the_catalogue_in_its_order(faces: Faces, maps: Maps) -> None:
    drawings = drawings_of(faces, maps, 3)
    assert list(drawings) == [entry.name for entry in FIGURES.entries("faces")]


@pytest.mark.parametrize("name", ["landmark_shift", "frontal_and_not", "amr_explained", "target_2"])
def test_same_bytes_each_time(faces: Faces, maps: Maps, name: str) -> None:
    draw = drawings_of(faces, maps, 2)[name]
    assert png(draw(), 50) == png(draw(), 50)


def test_targets_show_the_audited_faces_and_raw_maps(faces: Faces, maps: Maps) -> None:
    found = pictures(drawings_of(faces, maps, 3)["target_1"]())
    assert len(found) == len(TARGETS) * 3 * 3  # of each attribute three faces, and two networks
    zebra = maps.scores["zebra"]
    for block, attribute in enumerate(TARGETS):
        index = ATTRIBUTES.index(attribute)
        rows = choose_targets(zebra.labels[:, index], zebra.logits[:, index], 3)
        for place, row in enumerate(rows):
            face = faces.crops[np.flatnonzero(KEPT)[row]]
            np.testing.assert_array_equal(found[9 * block + place], face)
            for below, model in ((3, "zebra"), (6, "ant")):  # target 1 is the raw map
                cam = normalise(maps.raw[model][row, index], SIZE, maps.placements[model])
                expected = overlay(face, cam)
                np.testing.assert_array_equal(found[9 * block + below + place], expected)


def test_all_targets_show_the_same_faces(faces: Faces, maps: Maps) -> None:
    drawings = drawings_of(faces, maps, 3)
    shown = [pictures(drawings[f"target_{number}"]()) for number in (1, 2, 3, 4)]
    for block in range(len(TARGETS)):
        for place in range(3):
            for others in shown[1:]:
                np.testing.assert_array_equal(
                    others[9 * block + place], shown[0][9 * block + place]
                )


def test_amr_is_explained_on_a_map_of_the_first_network(faces: Faces, maps: Maps) -> None:
    chosen = choose_amr_explained(maps.scores["zebra"])
    assert chosen is not None
    row, index = chosen
    found = pictures(drawings_of(faces, maps, 3)["amr_explained"]())
    face = faces.crops[np.flatnonzero(KEPT)[row]]
    cam = normalise(maps.signed["zebra"][row, index], SIZE, uneven(SIZE, 7))
    np.testing.assert_array_equal(found[1], overlay(face, cam))
    mask = np.unpackbits(blocks()[0, region_of("2")[index]], axis=-1)
    np.testing.assert_array_equal(found[3], tint(face, mask.astype(bool), NOT_ACTIVE))


def test_corner_failures_count_all_maps(
    faces: Faces, maps: Maps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corner_failures, "CHUNK", 4)  # two chunks
    figure = drawings_of(faces, maps, 2)["corner_failures"]()
    flat = {model: cams.reshape(-1, 49) for model, cams in maps.signed.items()}
    counts = {m: np.isin(cams.argmax(axis=1), [0, 6, 42, 48]).sum() for m, cams in flat.items()}
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts[-2:] == [f"{model}\n{counts[model]} of\n{N * 40} maps" for model in counts]
    assert len(figure.axes[0].images) == 4


def test_frontal_and_shift_show_the_middle_of_the_faces(faces: Faces, maps: Maps) -> None:
    drawings = drawings_of(faces, maps, 1)
    kept, left_out = pictures(drawings["frontal_and_not"]())
    order = np.argsort(faces.ratio)
    middle = order[KEPT[order]][3], order[~KEPT[order]][1]
    for found, row in zip((kept, left_out), middle, strict=True):
        expected, _ = close_up(faces.crops[row], faces.landmarks[row])
        np.testing.assert_array_equal(found, expected)
    shown = pictures(drawings["landmark_shift"]())
    audited = [close_up(faces.crops[row], faces.exact[row])[0] for row in np.flatnonzero(KEPT)]
    assert any(np.array_equal(shown[0], expected) for expected in audited)


def test_masks_that_the_run_does_not_have(faces: Faces, maps: Maps) -> None:
    drawings = drawings_of(faces, maps, 1)
    assert "version 1" in drawings["masks_1"]().texts[0].get_text()
    served = set(region_of("2"))
    assert len(drawings["masks_2"]().axes[0].images) == len(served)


def test_where_no_map_is_active_it_says_so(faces: Faces, maps: Maps) -> None:
    maps.scores["zebra"].values["active_area"][:] = 0
    figure = drawings_of(faces, maps, 1)["amr_explained"]()
    assert figure.texts[0].get_text().startswith("No map of the network zebra")
