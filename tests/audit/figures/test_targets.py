import numpy as np
from matplotlib.figure import Figure

from heed.audit.figures.targets import choose_targets, draw_targets
from heed.explain.postprocess import normalise
from heed.figures.overlay import overlay

RNG = np.random.default_rng(0)
FACES = list(RNG.integers(0, 256, (4, 32, 32, 3), np.uint8))
LABELS = np.array([1, 1, -1, -1], np.int8)
LOGITS = {
    "first": np.array([2.0, -1.5, 0.25, -3.0], np.float32),
    "second": np.array([1.0, 1.0, -1.0, -1.0], np.float32),
}
MAPS = {model: RNG.normal(size=(4, 7, 7)).astype(np.float32) for model in LOGITS}


def drawn() -> Figure:
    return draw_targets("Wearing_Hat", FACES, LABELS, LOGITS, MAPS)


def stored(figure: Figure) -> dict[tuple[int, int], np.ndarray]:
    return {
        tuple(map(int, image.get_gid().split()[1:])): np.asarray(image.get_array())
        for image in figure.axes[0].images
    }


def test_maps_support_what_the_target_says() -> None:
    # worked out by hand: the sign of the map for targets z, |z|, |z| t and z t
    signs = {
        "first": [(1, 1, 1, 1), (1, -1, -1, 1), (1, 1, -1, -1), (1, -1, 1, -1)],
        "second": [(1, 1, 1, 1), (1, 1, 1, 1), (1, -1, 1, -1), (1, -1, 1, -1)],
    }
    found = stored(drawn())
    for row, face in enumerate(FACES):
        np.testing.assert_array_equal(found[row, 0], face)
        for rank, model in enumerate(LOGITS):
            for target, sign in enumerate(signs[model][row]):
                expected = overlay(face, normalise(sign * MAPS[model][row], 32))
                np.testing.assert_array_equal(found[row, 1 + 4 * rank + target], expected)


def test_captions_are_the_values_that_are_explained() -> None:
    texts = [text.get_text() for text in drawn().axes[0].texts]
    values = [text for text in texts if text[0] in "+−"]
    assert values[8:12] == ["−1.50", "+1.50", "+1.50", "−1.50"]  # the second face, first network
    assert values[16:20] == ["+0.25", "+0.25", "−0.25", "−0.25"]  # the third
    assert texts.count("present\n(t = +1)") == texts.count("absent\n(t = −1)") == 2
    assert {"Wearing Hat", "first", "second", "face"} <= set(texts)


def test_wrong_decisions_are_framed() -> None:
    figure = drawn()
    frames = figure.axes[0].patches
    # the first network is wrong on the second and third face: four maps each
    assert len(frames) == 8
    lefts = {image.get_gid(): image.get_extent()[0] for image in figure.axes[0].images}
    tops = {image.get_gid(): image.get_extent()[3] for image in figure.axes[0].images}
    for frame, (row, column) in zip(
        frames, [(r, c) for r in (1, 2) for c in range(1, 5)], strict=True
    ):
        assert frame.get_x() - lefts[f"picture {row} {column}"] < 0.02
        assert 0 < frame.get_y() - tops[f"picture {row} {column}"] < 0.02
    legend = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert legend == ["map, 0 to 1", "the network decides wrongly"]


def test_a_map_without_positive_cells_is_a_grey_face_and_called_empty() -> None:
    positive = np.abs(MAPS["first"])[:1]
    logits = {"first": np.array([-1.0], np.float32)}
    figure = draw_targets("Bald", FACES[:1], np.array([-1], np.int8), logits, {"first": positive})
    texts = [text.get_text() for text in figure.axes[0].texts][:4]
    assert texts == ["−1.00", "+1.00\nempty", "−1.00", "+1.00\nempty"]
    grey = stored(figure)[0, 2]
    assert (grey == grey[..., :1]).all()
    np.testing.assert_array_equal(grey[..., 0], FACES[0].mean(axis=-1).astype(np.uint8))


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
    figure = draw_targets("Bald", FACES[:2], labels, {"only": logits}, {"only": MAPS["first"][:2]})
    assert len(figure.axes[0].patches) == 8  # all maps of a network that is wrong twice
