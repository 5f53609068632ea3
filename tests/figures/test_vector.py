"""Figures as SVG, read as a browser reads them."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from heed.figures.attribute_bars import Bars, draw_panel_per_model
from heed.figures.point_labels import label_points
from heed.figures.theme import png, theme
from heed.figures.vector import svg

SVG = "{http://www.w3.org/2000/svg}"
LOOKS = {"style", "onload", "onclick"}


def bars() -> Figure:
    lengths = np.array([0.25, 0.5])
    ends = (lengths - 0.1, lengths + 0.1)
    of_model = [Bars("faces & <all>", "#7563AA", lengths, ends), Bars("b", "C1", lengths)]
    return draw_panel_per_model({"one": of_model}, ["Bald", "Receding_Hairline"])


def texts(drawing: str) -> list[str]:
    return ["".join(each.itertext()) for each in ElementTree.fromstring(drawing).iter(f"{SVG}text")]


def test_words_stay_words_and_are_escaped() -> None:
    drawing = svg(bars(), "bars", 150)
    assert {"Bald", "Receding Hairline", "one", "faces & <all>", "0.4"} <= set(texts(drawing))
    assert "faces &amp; &lt;all&gt;" in drawing


def test_the_same_figure_gives_the_same_text_without_date_or_version() -> None:
    figure = bars()
    first = svg(figure, "bars", 150)
    assert first == svg(figure, "bars", 150) == svg(bars(), "bars", 150)
    assert not re.search(r"matplotlib|metadata|20\d\d-", first, re.IGNORECASE)


def test_a_page_whose_policy_forbids_styles_shows_it_as_it_is() -> None:
    root = ElementTree.fromstring(svg(bars(), "bars", 150))
    assert not [each for each in root.iter() if each.tag.endswith(("style", "script"))]
    assert not [each for each in root.iter() if LOOKS & set(each.attrib)]
    fills = {each.get("fill") for each in root.iter(f"{SVG}path")}
    assert {"#7563aa", "#ffffff"} <= fills
    # what the style sheet said of everything
    assert (root.get("stroke-linejoin"), root.get("stroke-linecap")) == ("round", "butt")


def test_it_is_as_wide_as_it_is_printed_in_letters_of_seven_points() -> None:
    root = ElementTree.fromstring(svg(bars(), "bars", 150))
    assert root.get("width") == "252pt"  # 3.5 inches
    assert (root.get("viewBox") or "").startswith("0 0 252 ")
    sizes = {
        float((each.get("font-size") or "").removesuffix("px")) for each in root.iter(f"{SVG}text")
    }
    assert min(sizes) == 7


def test_two_drawings_of_a_page_share_no_identifier() -> None:
    first, second = (ElementTree.fromstring(svg(bars(), name, 150)) for name in ("a", "b"))
    named = [{each.get("id") for each in root.iter()} - {None} for root in (first, second)]
    assert named[0]
    assert not named[0] & named[1]
    for root, known in zip((first, second), named, strict=True):
        referred = set(re.findall(r"#([\w-]+-\d+)", ElementTree.tostring(root, encoding="unicode")))
        assert referred == known


def test_a_name_with_a_rim_is_a_word_too_and_keeps_its_rim_in_the_figure() -> None:
    with theme():
        figure = Figure(figsize=(3.5, 2), layout="constrained")
        panel = figure.subplots()
        panel.scatter([0, 1], [0, 1])
        (label,) = label_points(panel, np.array([[0.0, 0], [1, 1]]), [(0, "Wearing Hat")], most=1)
    before = png(figure, 50)
    root = ElementTree.fromstring(svg(figure, "dots", 150))
    (rim,) = [each for each in root.iter() if each.get("paint-order") == "stroke"]
    assert rim.get("stroke") == "white"
    assert "".join(rim.itertext()).strip() == "Wearing Hat"
    assert isinstance(label.get_path_effects()[0], withStroke)
    assert png(figure, 50) == before


def test_numbers_are_written_to_hundredths_of_a_point() -> None:
    drawing = svg(bars(), "bars", 150)
    assert not re.search(r'\bd="[^"]*\.\d{3}', drawing)


def test_a_picture_inside_stays_a_picture() -> None:
    figure = Figure(figsize=(2, 1))
    figure.subplots().imshow(np.eye(4))
    root = ElementTree.fromstring(svg(figure, "eye", 72))
    (image,) = root.iter(f"{SVG}image")
    address = image.get("{http://www.w3.org/1999/xlink}href") or ""
    assert address.startswith("data:image/png;base64,")


@pytest.mark.parametrize("name", ["a", "amr_by_label"])
def test_a_drawing_ends_with_its_element(name: str) -> None:
    assert svg(bars(), name, 150).endswith("</svg>\n")
