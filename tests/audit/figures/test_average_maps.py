import cv2
import numpy as np
import pytest
import zarr
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex

from heed.audit.figures.average_maps import PIXELS, draw_average_maps
from heed.audit.figures.average_maps import SHOWN as SHOWN_ATTRIBUTES
from heed.base.names import readable
from heed.celeba.attributes import ATTRIBUTES
from heed.figures.overlay import overlay
from heed.figures.picture_grid import FRAME_COLOUR
from heed.figures.theme import SMALLEST_FONT, TEXT_WIDTH, pdf, png
from heed.metrics.groups import GROUPS

SIZE = PIXELS  # of the maps here: pictures are then laid over each other without resizing
ORDER = [31, 20, 4]
NAMES = ["Smiling", "Male", "Bald"]
PREDICTED = ("predicted_positive", "predicted_negative")
SHOWN = [PREDICTED, ("all",), ("correct", "incorrect"), ("gt_positive", "gt_negative")]


@pytest.fixture
def face():
    return np.random.default_rng(0).uniform(-1, 256, (SIZE, SIZE, 3)).astype(np.float32)


def averages(*models):
    rng = np.random.default_rng(1)
    return {
        model: (
            rng.random((40, len(GROUPS), SIZE, SIZE), dtype=np.float32),
            rng.integers(1, 20_000, (40, len(GROUPS))),
        )
        for model in models
    }


def pictures(figure):
    """The arrays of all maps, attribute by attribute; the last image is the legend's ramp."""
    return [np.asarray(image.get_array()) for image in figure.axes[0].images[:-1]]


def frames(figure):
    """Positions among the pictures of those that are framed; the legend's sample left out."""
    extents = [image.get_extent() for image in figure.axes[0].images[:-1]]
    places = []
    for patch in figure.axes[0].patches:
        assert to_hex(patch.get_edgecolor()) == FRAME_COLOUR.lower()
        x, y, side = patch.get_x(), patch.get_y(), patch.get_width()
        box = (x, x + side, y + side, y)
        places += [k for k, extent in enumerate(extents) if extent == pytest.approx(box)]
    return places


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def numbers(figure):
    found = (text.replace(",", "") for text in texts(figure) if text != "1")
    return [float(text) for text in found if text.replace(".", "").isdigit()]


def expected(face, of_models, group_names):
    base = np.clip(np.rint(face), 0, 255).astype(np.uint8)
    return [
        overlay(base, maps[attribute, GROUPS.index(group)])
        for attribute in ORDER
        for maps, _ in of_models.values()
        for group in group_names
    ]


@pytest.mark.parametrize("models", [("one",), ("one", "two", "three")])
@pytest.mark.parametrize("group_names", SHOWN)
def test_every_map_over_the_face_in_order_with_its_number(face, models, group_names):
    of_models = averages(*models)
    figure = draw_average_maps(face, of_models, group_names, ORDER, None)
    found = pictures(figure)
    assert len(found) == 3 * len(models) * len(group_names)
    for picture, wanted in zip(found, expected(face, of_models, group_names), strict=True):
        assert np.array_equal(picture, wanted)
    assert numbers(figure) == [
        n[attribute, GROUPS.index(group)]
        for attribute in ORDER
        for _, n in of_models.values()
        for group in group_names
    ]
    assert [text for text in texts(figure) if text in NAMES] == NAMES
    assert set(models) <= set(texts(figure))
    assert not figure.axes[0].patches


def test_pictures_go_from_left_to_right_by_model_then_group(face):
    figure = draw_average_maps(face, averages("a", "b"), PREDICTED, ORDER, None)
    extents = [image.get_extent() for image in figure.axes[0].images[:4]]
    lefts = [left for left, *_ in extents]
    assert lefts == sorted(lefts)
    assert len({top for *_, top in extents}) == 1
    # model and group stand above their pictures
    words = {
        text.get_text(): text.get_position()[0]
        for text in reversed(figure.axes[0].texts)  # the first column of blocks wins
    }
    assert words["a"] == pytest.approx((extents[0][0] + extents[1][1]) / 2)
    assert words["b"] == pytest.approx((extents[2][0] + extents[3][1]) / 2)
    assert words["present"] == pytest.approx(np.mean(extents[0][:2]))
    assert words["absent"] == pytest.approx(np.mean(extents[1][:2]))


@pytest.mark.parametrize("group_names", [PREDICTED, ("gt_positive", "gt_negative")])
def test_the_majority_class_is_framed(face, group_names):
    majority = -np.ones(40, np.int8)
    majority[20] = 1  # Male
    figure = draw_average_maps(face, averages("a", "b"), group_names, ORDER, majority)
    # per attribute: a present, a absent, b present, b absent
    assert frames(figure) == [1, 3, 4, 6, 9, 11]
    assert "majority class in training" in texts(figure)


@pytest.mark.parametrize("group_names", [("all",), ("correct", "incorrect")])
def test_groups_of_both_classes_have_no_frame(face, group_names):
    figure = draw_average_maps(face, averages("a"), group_names, ORDER, np.ones(40, np.int8))
    assert not figure.axes[0].patches
    assert "majority class in training" not in texts(figure)


def test_a_group_without_faces_is_grey_and_says_0(face):
    of_models = averages("a", "b")
    maps, n = of_models["b"]
    group = GROUPS.index("predicted_positive")
    maps[4, group], n[4, group] = np.nan, 0
    figure = draw_average_maps(face, of_models, PREDICTED, ORDER, None)
    grey = [np.ptp(picture, axis=-1).max() == 0 for picture in pictures(figure)]
    assert np.flatnonzero(grey).tolist() == [10]
    assert numbers(figure)[10] == 0


def test_a_small_mean_number_of_faces_has_a_decimal(face):
    of_models = {name: (maps, n.astype(float)) for name, (maps, n) in averages("a", "b").items()}
    of_models["a"][1][4, GROUPS.index("predicted_positive")] = 4.3
    of_models["b"][1][4, GROUPS.index("predicted_positive")] = 365.0
    shown = texts(draw_average_maps(face, of_models, PREDICTED, ORDER, None))
    assert {"4.3", "365"} <= set(shown)
    assert "below: mean number of faces (0: grey)" in shown


def test_one_number_for_all_pictures_is_given_once(face):
    of_models = averages("a", "b")
    for _, n in of_models.values():
        n[:, GROUPS.index("all")] = 646
    figure = draw_average_maps(face, of_models, ("all",), ORDER, None)
    assert "all faces, 646 in each picture" in texts(figure)
    assert numbers(figure) == []


def test_large_maps_shrink_with_the_face(face):
    of_models = averages("a")
    large_face = cv2.resize(face, None, fx=3, fy=3, interpolation=cv2.INTER_NEAREST)
    maps, n = of_models["a"]
    large = {"a": (maps.repeat(3, axis=2).repeat(3, axis=3), n)}
    figure = draw_average_maps(large_face, large, PREDICTED, ORDER, None)
    for picture, wanted in zip(pictures(figure), expected(face, of_models, PREDICTED), strict=True):
        np.testing.assert_allclose(picture.astype(int), wanted.astype(int), atol=2)


def test_reads_stored_maps(face, tmp_path):
    maps, n = averages("a")["a"]
    stored = zarr.open_group(tmp_path, mode="w").create_array(
        "means", data=maps, chunks=(40, 1, SIZE, SIZE)
    )
    first, second = (
        png(draw_average_maps(face, {"a": (means, n)}, PREDICTED, ORDER, None), dpi=50)
        for means in (maps, stored)
    )
    assert first == second


@pytest.mark.parametrize("models", [1, 2, 3])
@pytest.mark.parametrize("group_names", SHOWN)
def test_all_attributes_fit_a_page(models, group_names):
    groups = len(GROUPS)
    small = {
        f"a_network_of_a_long_name_{model}": (
            np.zeros((40, groups, 8, 8), np.float32),
            np.full((40, groups), 10_458),
        )
        for model in range(models)
    }
    small["a_network_of_a_long_name_0"][1][3] = 0  # numbers under each picture
    figure = draw_average_maps(
        np.zeros((8, 8, 3), np.float32), small, group_names, range(40), np.ones(40, np.int8),
        most=SHOWN_ATTRIBUTES if len(group_names) == 2 else None, masks=np.ones((40, 8, 8), bool),
        evidence=np.ones((40, 8, 8), bool),
    )  # fmt: skip
    width, height = figure.get_size_inches()
    assert width == TEXT_WIDTH
    assert height <= 9
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [text.get_window_extent(renderer) for text in figure.axes[0].texts if text.get_text()]
    assert min(text.get_fontsize() for text in figure.axes[0].texts) >= SMALLEST_FONT
    outside = [box for box in boxes if box.x0 < -2 or box.x1 > figure.bbox.width + 2]
    assert not outside
    overlapping = [
        (texts(figure)[i], texts(figure)[j])
        for i, a in enumerate(boxes)
        for j, b in enumerate(boxes[:i])
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 2
    ]
    assert not overlapping


def test_masks_and_evidence_are_outlined_on_every_picture_and_told_apart(face):
    masks, evidence = np.zeros((2, 40, 8, 8), bool)
    masks[:, 2:4, 1:6] = True
    evidence[:, 5:7, 3:5] = True
    figure = draw_average_maps(
        face, averages("a"), PREDICTED, ORDER, None, masks=masks, evidence=evidence
    )
    white = [line for line in figure.axes[0].lines if line.get_color() == "white"]
    assert {"mask", "evidence"} <= set(texts(figure))
    assert len(white) == 2 * len(ORDER) * len(PREDICTED) + 2  # and in the legend
    images = [image for image in figure.axes[0].images[:-1] for _ in range(2)]
    for rank, (line, image) in enumerate(zip(white, images, strict=False)):
        left, right, bottom, top = image.get_extent()
        x = (line.get_xdata() - left) / (right - left)
        y = (line.get_ydata() - top) / (bottom - top)
        is_evidence = rank % 2 == 1
        assert line.is_dashed() == is_evidence
        across, down = ((3, 5), (5, 7)) if is_evidence else ((1, 6), (2, 4))
        np.testing.assert_allclose([x.min(), x.max()], np.divide(across, 8), atol=0.04)
        np.testing.assert_allclose([y.min(), y.max()], np.divide(down, 8), atol=0.04)


def test_without_evidence_none_is_named(face):
    masks = np.ones((40, 8, 8), bool)
    figure = draw_average_maps(face, averages("a"), PREDICTED, ORDER, None, masks=masks)
    assert "mask" in texts(figure)
    assert "evidence" not in texts(figure)


def test_no_more_attributes_than_asked_for_at_evenly_spaced_ranks(face):
    figure = draw_average_maps(face, averages("a"), PREDICTED, range(40), None, most=4)
    named = [name for name in texts(figure) if name.replace(" ", "_") in ATTRIBUTES]
    assert named == [readable(ATTRIBUTES[rank]) for rank in (5, 15, 25, 35)]


@pytest.mark.parametrize("encode", [png, pdf])
def test_same_bytes_each_time(face, encode):
    first, second = (
        encode(draw_average_maps(face, averages("a"), PREDICTED, ORDER, np.ones(40)), dpi=60)
        for _ in range(2)
    )
    assert first == second


def test_what_cannot_be_drawn_is_refused(face):
    with pytest.raises(ValueError, match=r"groups \['young'\].*groups out of all, gt_positive"):
        draw_average_maps(face, averages("a"), ["young"], ORDER, None)
    with pytest.raises(ValueError, match=r"models \[\]"):
        draw_average_maps(face, {}, PREDICTED, ORDER, None)
