"""What is behind the numbers is told: how many faces, and how many trainings."""

import pandas as pd

from heed.probing.page.behind import faces_sentences, trainings_sentence


def counts(**of: tuple[float, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [(name, *pair) for name, pair in of.items()],
        columns=["attribute", "positives", "negatives"],
    )


def test_few_faces_are_told_by_attribute() -> None:
    told = faces_sentences(counts(Bald=(2, 898), Male=(400, 500), No_Beard=(881, 19)), 20)
    assert told[0] == "All is read on 900 test faces."
    assert told[1].startswith(
        "Few faces are behind 2 of 3 attributes, fewer than 20 with it or without it: Bald (2 with "
        "it, 898 without) and No Beard (881 with it, 19 without)."
    )


def test_two_test_faces_are_told() -> None:
    told = faces_sentences(counts(Bald=(1, 1), Male=(1, 1)), 20)
    assert told[0] == "All is read on 2 test faces."
    assert "Few faces are behind 2 of 2 attributes" in told[1]


def test_enough_faces_are_told_by_their_number_alone() -> None:
    assert faces_sentences(counts(Male=(20, 1200)), 20) == ["All is read on 1,220 test faces."]


def test_numbers_that_are_not_stored_are_said_to_be_missing() -> None:
    (told,) = faces_sentences(counts(), 20)
    assert told.startswith("How many test faces there are is not stored")


def test_networks_that_were_made_once_are_told() -> None:
    seeds = pd.DataFrame({"network": ["a", "a", "b_c"], "seeds": [1, 1, 2]})
    (told,) = trainings_sentence(seeds, ["a", "b_c"])
    assert told.startswith("The a network was made once, with one seed: how far another would")
    (told,) = trainings_sentence(seeds, ["a"])
    assert told.startswith("Each network was made once, with one seed")
    assert trainings_sentence(seeds, ["b_c"]) == []


def test_of_many_rare_attributes_those_of_the_fewest_faces_are_named() -> None:
    names = [f"Trait_{letter}" for letter in "ABCDEFGHIJ"]
    table = pd.DataFrame({"attribute": names, "positives": range(10, 0, -1), "negatives": 90})
    told = faces_sentences(table, 20)[-1]
    assert "Few faces are behind 10 of 10 attributes" in told
    assert "Trait J (1 with it, 90 without), Trait I (2" in told
    assert "Trait A" not in told
    assert "Trait C (8 with it, 90 without) and 2 more." in told
