import numpy as np
from matplotlib.figure import Figure

from heed.audit.figures.targets import Shown, choose_targets, draw_target
from heed.explain.postprocess import normalise
from heed.explain.settings import Target
from heed.figures.overlay import overlay
from tests.placements import uneven

RNG = np.random.default_rng(0)
FACES = list(RNG.integers(0, 256, (4, 32, 32, 3), np.uint8))
LABELS = np.array([1, 1, -1, -1], np.int8)
LOGITS = {
    "first": np.array([2.0, -1.5, 0.25, -3.0], np.float32),
    "second": np.array([1.0, 1.0, -1.0, -1.0], np.float32),
}
PLACEMENTS = dict.fromkeys([*LOGITS, "only"], uneven(32, 7))
MAPS = {model: RNG.normal(size=(4, 7, 7)).astype(np.float32) for model in LOGITS}
HATS = Shown("Wearing_Hat", FACES, LABELS, LOGITS, MAPS, PLACEMENTS)


def drawn(target: Target) -> Figure:
    return draw_target(target, [HATS])


def stored(figure: Figure) -> dict[tuple[int, int], np.ndarray]:
    return {
        tuple(map(int, image.get_gid().split()[1:])): np.asarray(image.get_array())
        for image in figure.axes[0].images
    }


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_maps_support_what_the_target_says() -> None:
    # worked out by hand: the sign of each face's map for targets z, |z|, |z| t and z t
    signs = {
        "first": [(1, 1, 1, 1), (1, -1, 1, -1), (1, -1, -1, 1), (1, 1, -1, -1)],
        "second": [(1, 1, 1, 1), (1, 1, -1, -1), (1, 1, 1, 1), (1, 1, -1, -1)],
    }
    for target in Target:
        found = stored(drawn(target))
        for column, face in enumerate(FACES):
            np.testing.assert_array_equal(found[0, column], face)
            for row, model in enumerate(LOGITS, start=1):
                sign = signs[model][target - 1][column]
                cam = normalise(sign * MAPS[model][column], 32, PLACEMENTS[model])
                expected = overlay(face, cam)
                np.testing.assert_array_equal(found[row, column], expected)


def test_maps_of_minus_z_are_shown_where_the_target_has_its_sign() -> None:
    of_minus = {"first": MAPS["first"][::-1].copy(), "second": None}
    shown = Shown("Wearing_Hat", FACES, LABELS, LOGITS, MAPS, PLACEMENTS, of_minus)
    found = stored(draw_target(Target.ABSOLUTE, [shown]))
    for column, face in enumerate(FACES):
        maps = MAPS["first"] if LOGITS["first"][column] > 0 else of_minus["first"]
        cam = normalise(maps[column], 32, PLACEMENTS["first"])
        np.testing.assert_array_equal(found[1, column], overlay(face, cam))
    of_odd = stored(drawn(Target.ABSOLUTE))
    assert all((found[2, column] == of_odd[2, column]).all() for column in range(len(FACES)))


def test_captions_are_the_values_that_are_explained() -> None:
    wanted = {
        Target.LOGIT: ["z = +2.00", "z = −1.50", "z = +0.25", "z = −3.00"],
        Target.ABSOLUTE: ["|z| = 2.00", "|z| = 1.50", "|z| = 0.25", "|z| = 3.00"],
        Target.ABSOLUTE_BY_LABEL: [
            "|z| t = +2.00", "|z| t = +1.50", "|z| t = −0.25", "|z| t = −3.00"
        ],
        Target.BY_LABEL: ["z t = +2.00", "z t = −1.50", "z t = −0.25", "z t = +3.00"],
    }  # fmt: skip
    for target, values in wanted.items():
        found = [text.replace("\n", " ") for text in texts(drawn(target))]
        assert [text for text in found if text.startswith(("z", "|"))][:4] == values
        assert found.count("present, t = +1") == found.count("absent, t = −1") == 2
        assert {"Wearing Hat", "first", "second"} <= set(found)


def test_wrong_decisions_are_framed() -> None:
    figure = drawn(Target.ABSOLUTE)
    frames = figure.axes[0].patches
    # the first network is wrong on the second and third face, the second on none
    assert len(frames) == 2
    lefts = {image.get_gid(): image.get_extent()[0] for image in figure.axes[0].images}
    tops = {image.get_gid(): image.get_extent()[3] for image in figure.axes[0].images}
    for frame, column in zip(frames, (1, 2), strict=True):
        assert 0 < frame.get_x() - lefts[f"picture 1 {column}"] < 0.02
        assert 0 < frame.get_y() - tops[f"picture 1 {column}"] < 0.02
    legend = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert legend == ["map, 0 to 1", "the network decides wrongly"]


def test_a_map_without_positive_cells_is_a_grey_face_and_called_empty() -> None:
    positive = np.abs(MAPS["first"])[:1]
    logits = {"first": np.array([-1.0], np.float32)}
    shown = Shown(
        "Bald", FACES[:1], np.array([-1], np.int8), logits, {"first": positive}, PLACEMENTS
    )
    found = texts(draw_target(Target.ABSOLUTE, [shown]))
    assert "|z| = 1.00\nempty" in found
    assert "z = −1.00" in texts(draw_target(Target.LOGIT, [shown]))
    grey = stored(draw_target(Target.ABSOLUTE_BY_LABEL, [shown]))[1, 0]
    assert (grey != grey[..., :1]).any()  # both signs are -1: not empty
    grey = stored(draw_target(Target.ABSOLUTE, [shown]))[1, 0]
    assert (grey == grey[..., :1]).all()
    np.testing.assert_array_equal(grey[..., 0], FACES[0].mean(axis=-1).astype(np.uint8))


def test_attributes_stand_below_each_other_and_may_have_fewer_faces() -> None:
    one = Shown(
        "Bald", FACES[:1], LABELS[:1], {m: z[:1] for m, z in LOGITS.items()},
        {m: maps[:1] for m, maps in MAPS.items()}, PLACEMENTS,
    )  # fmt: skip
    figure = draw_target(Target.LOGIT, [HATS, one])
    found = stored(figure)
    assert set(found) == {(r, c) for r in range(3) for c in range(4)} | {(3, 0), (4, 0), (5, 0)}
    np.testing.assert_array_equal(found[3, 0], FACES[0])
    labels = [t for t in texts(figure) if t in ("Wearing Hat", "Bald", "first", "second")]
    assert labels == ["Wearing Hat", "first", "second", "Bald", "first", "second"]


def test_rows_of_all_kinds_of_decisions_first_round_robin_then_spread() -> None:
    #                 tp     fn        fp       tn
    labels = np.array([1, 1, 1, -1, -1, -1, -1, -1], np.int8)
    logits = np.array([3, 1, -2, 0.5, -1, -2, -3, -4], np.float32)
    assert choose_targets(labels, logits, 4).tolist() == [0, 2, 3, 5]
    # six places: two true positives, one false negative, one false positive, two true negatives
    assert choose_targets(labels, logits, 6).tolist() == [1, 0, 2, 3, 6, 4]
    assert choose_targets(labels, logits, 12).tolist() == [1, 0, 2, 3, 7, 6, 5, 4]
    # where there is one kind only it takes all places
    assert choose_targets(labels[4:], logits[4:], 2).tolist() == [2, 0]


def test_a_logit_of_zero_counts_as_present() -> None:
    labels, logits = np.array([-1, -1], np.int8), np.zeros(2, np.float32)
    shown = Shown(
        "Bald", FACES[:2], labels, {"only": logits}, {"only": MAPS["first"][:2]}, PLACEMENTS
    )
    assert len(draw_target(Target.LOGIT, [shown]).axes[0].patches) == 2  # wrong on both
