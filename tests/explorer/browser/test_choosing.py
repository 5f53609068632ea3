"""What is chosen by mouse and keyboard shows, and stays in the link."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

Visit = Callable[..., Any]


def told(page: Any) -> Any:
    return expect(page.locator(".told"))


def chip(page: Any, name: str) -> Any:
    return page.locator(".chip", has_text=name)


def test_menus_and_switches_write_the_address(visit: Visit) -> None:
    page = visit()
    page.locator("[data-control=attribute]").select_option("Wearing_Hat")
    expect(page.locator("h1")).to_have_text("Wearing Hat: faces")
    chip(page, "misses").click()
    told(page).to_contain_text("hits, false alarms and correct rejections of balanced/1")
    page.locator("[data-control=sort]").select_option("amr")
    told(page).to_contain_text("by AMR, lowest first")
    chip(page, "highest first").click()
    told(page).to_contain_text("by AMR, highest first")
    assert "attribute=Wearing_Hat" in page.url
    assert "sort=-amr" in page.url
    again = visit(page.url.partition("?")[2])
    assert again.locator(".told").inner_text() == page.locator(".told").inner_text()
    assert again.locator("[data-control=sort]").input_value() == "-amr"
    page.go_back()
    told(page).to_contain_text("by AMR, lowest first")


def test_faces_are_in_the_order_of_their_scores(visit: Visit) -> None:
    page = visit("attribute=Smiling&sort=-proportional_energy&network=unweighted/2")
    told(page).to_contain_text("60 of 60 faces")
    found = [
        float(number)
        for text in page.locator(".card figcaption").all_inner_texts()
        for number in re.findall(r"PE (\d\.\d\d)", text)
    ]
    assert len(found) == 24
    assert found == sorted(found, reverse=True)
    assert found[0] > found[-1]


def test_a_name_is_looked_for_by_keyboard_alone(visit: Visit) -> None:
    page = visit()
    page.keyboard.press("/")
    page.keyboard.type("_7.jpg")
    page.keyboard.press("Enter")
    told(page).to_contain_text("1 of 60")
    expect(page.locator(".card h2")).to_contain_text("049_7.jpg")


def test_sliders_filter_and_have_names(visit: Visit) -> None:
    page = visit()
    page.get_by_text("Filter by scores").click()
    slider = page.get_by_role("slider", name="Intensity of the map, at least")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    told(page).to_contain_text("Intensity of the map 0.03 to 1.00")
    assert "range=intensity%3A0.03%3A1.0" in page.url
    expect(slider).to_be_focused()


def test_an_empty_choice_says_so_and_leads_back(visit: Visit) -> None:
    page = visit("range=intensity:1:1&names=7")
    told(page).to_contain_text("0 of 60")
    expect(page.locator("#results")).to_contain_text("No face is left by these filters.")
    page.get_by_role("link", name="Show all faces again").click()
    told(page).to_contain_text("60 of 60")


def test_networks_are_switched_on_and_off_and_one_stays(visit: Visit) -> None:
    page = visit()
    assert page.locator(".card").first.locator("figure").count() == 3
    networks = page.get_by_role("group", name="Networks")
    networks.get_by_text("unweighted/2").click()
    expect(page.locator(".card").first.locator("figure")).to_have_count(4)
    for name, figures in (("unweighted/2", 3), ("unweighted/1", 2)):
        networks.get_by_text(name).click()
        expect(page.locator(".card").first.locator("figure")).to_have_count(figures)
    # The switch of the last one leads where the page is.
    last = networks.get_by_role("link", name="balanced/1")
    assert last.evaluate("link => link.search") == page.evaluate("location.search")


def test_a_face_opens_and_keys_lead_through_the_faces(visit: Visit) -> None:
    page = visit("attribute=Bald&sort=amr")
    names = page.locator(".card h2 a:first-child").all_inner_texts()
    page.locator(".card h2 a").first.click()
    expect(page.locator("h1")).to_have_text(f"Face {names[0]}")
    assert page.locator(".forty > div").count() == 40
    page.keyboard.press("ArrowRight")
    expect(page.locator("h1")).to_have_text(f"Face {names[1]}")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("h1")).to_have_text(f"Face {names[0]}")
    page.keyboard.press("Escape")
    expect(page.locator("h1")).to_have_text("Bald: faces")


def test_pages_turn_by_key(visit: Visit) -> None:
    page = visit()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".pages").first).to_contain_text("page 2 of 3")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".pages").first).to_contain_text("page 1 of 3")


def test_pinned_faces_stand_side_by_side(visit: Visit) -> None:
    page = visit()
    for place, count in ((0, 1), (2, 2)):
        page.get_by_role("link", name="pin", exact=True).nth(place).click()
        expect(page.get_by_role("link", name=f"Pinned ({count})")).to_be_visible()
    page.get_by_role("link", name="Pinned (2)").click()
    expect(page.locator(".pinned article")).to_have_count(2)
    expect(page.locator("tbody tr")).to_have_count(4)
    page.get_by_role("link", name="unpin").first.click()
    expect(page.locator(".pinned article")).to_have_count(1)


def test_an_average_map_leads_to_its_faces(visit: Visit) -> None:
    page = visit("tab=attributes")
    page.get_by_role("link", name="with the attribute").click()
    expect(page.locator(".pages .current")).to_have_text("with the attribute")
    page.locator(".forty a", has_text="Eyeglasses").click()
    expect(page.locator("h1")).to_have_text("Eyeglasses: faces")


def test_a_dot_opens_its_face(visit: Visit) -> None:
    page = visit("tab=scatter&x=amr&y=logit")
    dot = page.locator(".scatterlayer .point").first.bounding_box()
    page.mouse.click(dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2)
    expect(page.locator("h1")).to_contain_text("Face ")


def test_what_a_link_has_and_the_audit_has_not_is_said(visit: Visit) -> None:
    page = visit("attribute=Beard&network=other/1&page=99")
    expect(page.locator("#notices")).to_contain_text("found 'Beard'")
    expect(page.locator("#notices")).to_contain_text("found 'other/1'")
    expect(page.locator(".pages").first).to_contain_text("page 3 of 3")


def test_names_of_the_data_are_text_and_nothing_else(visit: Visit) -> None:
    page = visit("names=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    expect(page.locator(".told")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("img[src=x]").count() == 0


def test_another_network_s_outcomes_are_chosen_by_one_switch(visit: Visit) -> None:
    page = visit("attribute=Smiling")
    page.get_by_role("group", name="Outcomes and scores of").get_by_text("unweighted/1").click()
    expect(page.get_by_role("group", name="Outcomes of unweighted/1")).to_be_visible()
    counts = page.get_by_role("group", name="Outcomes of unweighted/1").inner_text()
    assert sum(map(int, re.findall(r"\d+", counts.partition("unweighted/1")[2]))) == 60
    page.get_by_role("group", name="Outcomes of unweighted/1").get_by_text("hits").click()
    told(page).to_contain_text("misses, false alarms and correct rejections of unweighted/1")


def test_letters_typed_into_a_menu_find_the_attribute(visit: Visit) -> None:
    page = visit()
    page.locator("[data-control=attribute]").focus()
    for letter in "wearing h":
        page.keyboard.press("Space" if letter == " " else letter)
        page.wait_for_timeout(120)
    expect(page.locator("h1")).to_have_text("Wearing Hat: faces")
    page.locator("[data-control=attribute]").press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Wearing Lipstick: faces")


def test_back_from_a_face_the_list_is_where_it_was(visit: Visit) -> None:
    page = visit()
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 700)")
    before = page.evaluate("scrollY")
    assert before > 500
    page.locator(".card h2 a").nth(20).evaluate("link => link.click()")  # and do not scroll
    expect(page.locator("h1")).to_contain_text("Face ")
    until(page, 0)
    page.keyboard.press("Escape")
    expect(page.locator("h1")).to_contain_text("faces")
    until(page, before)


def until(page: Any, top: float) -> None:
    """Wait until the page is scrolled there."""
    for _ in range(100):
        if abs(page.evaluate("scrollY") - top) < 2:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"scrolled to {page.evaluate('scrollY')}; expected {top}")
