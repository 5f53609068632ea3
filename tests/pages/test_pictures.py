from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image

from heed.pages.pictures import Drawing, Picture, thumbnail, webp


@pytest.fixture
def photograph() -> np.ndarray:
    x, y = np.meshgrid(np.arange(96), np.arange(64))
    return np.stack([2 * x, 3 * y, x + y], axis=-1).astype(np.uint8)


def encoded(image: np.ndarray, suffix: str) -> bytes:
    return cv2.imencode(suffix, image[..., ::-1])[1].tobytes()


@pytest.mark.parametrize(("suffix", "kind"), [(".png", "png"), (".jpg", "jpeg"), (".webp", "webp")])
def test_the_address_names_what_it_holds(photograph, suffix, kind) -> None:
    picture = Picture(encoded(photograph, suffix), alt="")
    assert picture.uri.startswith(f"data:image/{kind};base64,")
    assert picture.size == (96, 64)


def test_webp_keeps_the_picture_and_its_colours(photograph) -> None:
    content = webp(encoded(photograph, ".png"))
    assert content == webp(encoded(photograph, ".png"))
    shown = np.asarray(Image.open(BytesIO(content)).convert("RGB")).astype(int)
    assert np.abs(shown - photograph).mean() < 4


@pytest.mark.parametrize("content", [b"", b"no picture"])
def test_what_is_no_picture_is_refused(content) -> None:
    with pytest.raises(ValueError, match="no picture OpenCV reads"):
        webp(content)


def test_a_thumbnail_is_a_small_webp_in_the_right_colours() -> None:
    image = np.zeros((64, 64, 3), np.uint8)
    image[:, 32:] = (200, 40, 10)  # red, green, blue
    content = thumbnail(image, 32)
    assert content[:4] == b"RIFF"
    assert content[8:12] == b"WEBP"
    found = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert found.shape == (32, 32, 3)
    np.testing.assert_allclose(found[16, 28], (200, 40, 10), atol=12)
    np.testing.assert_allclose(found[16, 4], (0, 0, 0), atol=12)


SVG = (
    '<svg width="252pt" height="72.5pt" viewBox="0 0 252 72.5" xmlns="http://www.w3.org/2000/svg" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"><text>Bald &lt;style=</text></svg>\n'
)


def test_a_drawing_is_as_large_as_a_picture_of_150_dots_per_inch() -> None:
    markup = str(Drawing(SVG, alt="").markup)
    assert markup.startswith('<svg width="525" height="151" viewBox="0 0 252 72.5">')
    assert Drawing(SVG, alt="").narrow
    assert not Drawing(SVG.replace("252pt", "504pt"), alt="").narrow
    assert markup.endswith("<text>Bald &lt;style=</text></svg>\n")


@pytest.mark.parametrize(
    "text",
    [
        "no drawing",
        SVG.replace("<text>", "<script>alert(1)</script><text>"),
        SVG.replace("<text>", '<text onclick="alert(1)">'),
        SVG.replace("<text>", '<text style="fill: red">'),
        SVG.replace("<svg ", '<svg onload="alert(1)" '),
    ],
)
def test_a_drawing_that_the_policy_would_not_show_is_refused(text) -> None:
    with pytest.raises(ValueError, match="expected an svg element"):
        _ = Drawing(text, alt="").markup
