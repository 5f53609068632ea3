from heed.pages.wording import answer_by_direction, grouped, listed, sentence


def test_lists() -> None:
    assert [listed(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "", "a", "a and b", "a, b and c"
    ]  # fmt: skip


def test_what_was_found_comes_first() -> None:
    directions = {"a": "unclear", "b": "down", "c": "up", "d": "down"}
    assert list(grouped(directions).items()) == [
        ("up", ["c"]), ("down", ["b", "d"]), ("unclear", ["a"])
    ]  # fmt: skip


def test_networks_with_the_same_finding_share_a_clause() -> None:
    openings = {"up": "yes:", "down": "no:", "unclear": "perhaps:", "missing": "no number"}
    found = answer_by_direction(
        openings, {"a": ("down", "-1"), "b": ("up", "2"), "c": ("up", "3"), "d": ("missing", "")}
    )
    assert found == (
        "Yes: 2 for the b network and 3 for the c network; no: -1 for the a network; no "
        "number for the d network."
    )
    assert sentence(["one", "two"]) == "One; two."
