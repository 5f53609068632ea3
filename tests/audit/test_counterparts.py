from heed.audit.counterparts import counterparts


def test_the_name_decides_and_then_the_weighting() -> None:
    found = counterparts(
        {
            "balanced": "none",
            "unbalanced": "moon_sampling",
            "plain": "none",
            "moon": "moon_sampling",
            "unknown": None,
        }
    )
    assert found == {
        "balanced": "balanced", "unbalanced": "unbalanced", "plain": "unbalanced",
        "moon": "balanced", "unknown": None,
    }  # fmt: skip
