from heed.pages.assets import environment, joined, script, style


def test_parts_come_in_their_order_from_both_rooms() -> None:
    text = joined("script", {"heed.pages": ["elements.js"], "heed.audit.page": ["table.js"]})
    assert 0 <= text.index("const make") < text.index("Sorts and filters")


def test_a_script_is_one_strict_function() -> None:
    text = script({"heed.pages": ["elements.js"]})
    assert text.startswith('(() => {\n"use strict";\n')
    assert text.endswith("})();")
    assert "&" not in text.replace("&&", "")  # nothing is escaped


def test_each_series_has_a_class_for_light_and_dark() -> None:
    text = style({}, ["#112233", "#445566"])
    assert ".m0 { --c: #112233; }" in text
    assert text.count(".m1 {") == 2


def test_a_room_has_the_templates_of_the_kit_too() -> None:
    jinja = environment("heed.audit.page")
    assert jinja.get_template("strips.html.j2")
    assert jinja.get_template("page.html.j2")
