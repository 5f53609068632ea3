import numpy as np
import pytest

from heed.affact.colour_temperature import BLACKBODY
from heed.affact.figures.colour_temperatures import draw_colour_temperatures
from heed.figures.theme import TEXT_WIDTH, png

FACE = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)


def test_the_face_stands_first_and_then_under_each_light() -> None:
    figure = draw_colour_temperatures(FACE, list(BLACKBODY))
    shown = {image.get_gid(): image.get_array() for image in figure.axes[0].images}
    assert len(shown) == 20
    np.testing.assert_array_equal(shown["picture 0 0"], FACE)
    for place, colour in enumerate(BLACKBODY.values(), start=1):
        row, column = divmod(place, 10)
        expected = FACE * (np.array(colour) / 255)
        seen = np.asarray(shown[f"picture {row} {column}"], float)
        assert np.abs(seen - expected).max() <= 0.5 + 1e-9
    captions = [text.get_text() for text in figure.axes[0].texts]
    assert captions == ["as it is", *(f"{kelvin} K" for kelvin in BLACKBODY)]
    assert figure.get_size_inches()[0] == pytest.approx(TEXT_WIDTH)


@pytest.mark.parametrize(("count", "rows", "across"), [(4, 1, 5), (9, 1, 10), (11, 2, 6)])
def test_rows_are_about_even(count: int, rows: int, across: int) -> None:
    figure = draw_colour_temperatures(FACE, list(BLACKBODY)[:count])
    places = {tuple(map(int, image.get_gid().split()[1:])) for image in figure.axes[0].images}
    assert len(places) == count + 1
    assert {row for row, _ in places} == set(range(rows))
    assert max(column for _, column in places) == across - 1


def test_a_temperature_without_colour_is_an_error() -> None:
    with pytest.raises(ValueError, match="found 900 K"):
        draw_colour_temperatures(FACE, [900])


def test_same_bytes_each_time() -> None:
    first, second = (png(draw_colour_temperatures(FACE, [3000, 9000]), 60) for _ in range(2))
    assert first == second
