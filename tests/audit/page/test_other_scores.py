from heed.audit.page.other_scores import SCORES, other_scores


def plain(sentence: str) -> str:
    return sentence.replace("\N{NO-BREAK SPACE}", " ")


def test_all_three_are_told_of_every_network(results) -> None:
    groups = results.groups
    of_all = (groups["metric"] == "pointing_game") & (groups["group"] == "all")
    groups.loc[of_all & (groups["model"] == "balanced"), ["mean", "low", "high"]] = [0.5, 0.4, 0.6]
    found = other_scores(groups)
    assert [row.quantity for row in found.rows[::2]] == [name for name, _, _ in SCORES.values()]
    text = plain(found.sentence)
    assert (
        "at most 15 pixels beside it, in 50.0 % (40.0 to 60.0) (balanced) and 25.0 % (20.0" in text
    )
    assert text.startswith("Active area and mask have a mean intersection over union of 0.250")


def test_missing_numbers_are_dashes(results) -> None:
    groups = results.groups
    groups.loc[groups["metric"] == "iou", ["mean", "low", "high"]] = float("nan")
    found = other_scores(groups)
    assert found.rows[0].value == "–"
    assert found.rows[0].interval == ""
