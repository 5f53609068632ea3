import pandas as pd
import pytest

from heed.audit.page.further import bias_and_empty_maps, mask_or_classifier
from heed.pages.number import Number


def plain(sentence: str) -> str:
    return sentence.replace("\N{NO-BREAK SPACE}", " ")


def test_the_best_mask_is_that_of_the_highest_iou(results) -> None:
    found = mask_or_classifier(results.versions, results.overlap, "2").sentence
    assert found.startswith(
        "Of the masks, version 3 fits the evidence best, with a mean IoU of 0.300 against 0.100 "
        "for version 1 and 0.200 for version 2"
    )
    overlap = results.overlap.assign(
        iou=results.overlap["version"].map({"1": 0.4, "2": 0.4, "3": 0.1})
    )
    found = mask_or_classifier(results.versions, overlap, "2").sentence
    assert found.startswith("Of the masks, versions 1 and 2 fit the evidence best")


def test_attributes_are_counted_by_who_is_to_blame(results) -> None:
    versions = results.versions

    def put(model: str, version: str, attributes: list[str], amr: float) -> None:
        chosen = (versions["model"] == model) & (versions["version"] == version)
        chosen &= versions["attribute"].isin(attributes)
        versions.loc[chosen, "amr_normalised"] = amr

    put("balanced", "2", ["Bald", "Male", "Young"], 0.1)
    put("balanced", "evidence", ["Male"], 0.1)
    put("unbalanced", "evidence", ["Bangs", "OVERALL"], 0.1)
    found = mask_or_classifier(versions, results.overlap, "2").sentence
    assert found.endswith(
        "; normalised AMR is below the mean both against masks 2 and against the evidence, which "
        "speaks against the classifier, in 1 of 40 attributes for the balanced network and "
        "in 0 of 40 "
        "attributes for the unbalanced network; normalised AMR is below the mean against "
        "masks 2 only, which "
        "speaks against the mask, in 2 of 40 attributes for the balanced network and in 0 of "
        "40 attributes "
        "for the unbalanced network."
    )
    put("balanced", "evidence", ["Bald"], float("nan"))
    found = mask_or_classifier(versions, results.overlap, "2").sentence
    assert "against the mask, in 1 of 39 attributes for the balanced network" in found


def test_photographs_have_no_evidence(results) -> None:
    overlap = results.overlap.assign(reference="3").query("version != '3'")
    versions = results.versions.query("version != 'evidence'")
    found = mask_or_classifier(versions, overlap, "2")
    assert "version 2 fits masks 3 best" in found.sentence
    assert found.sentence.endswith(
        "; photographs have no evidence, so whether a mask or the classifier is wrong is not told."
    )
    assert {row.model for row in found.rows if row.quantity == "Mean IoU with masks 3"} == {
        "masks 1", "masks 2"
    }  # fmt: skip
    same = mask_or_classifier(versions, overlap, "3").sentence  # nothing to hold masks 3 against
    assert "mean both" not in same


def test_a_version_without_overlap_is_missing(results) -> None:
    overlap = results.overlap.assign(iou=float("nan"))
    versions = results.versions.query("version == '2'")
    found = mask_or_classifier(versions, overlap, "2")
    assert found.sentence == "No mask could be held against another."
    assert found.rows[-1].value == "–"


@pytest.mark.parametrize(
    ("mean", "words"),
    [(0.2, "hold less of"), (0.8, "hold more of"), (0.49, "hold not clearly more or less of")],
)
def test_the_border_is_held_against_a_uniform_map(results, mean, words) -> None:
    groups: pd.DataFrame = results.groups
    border = groups["metric"] == "border_share"
    groups.loc[border, ["mean", "low", "high"]] = [mean, mean - 0.02, mean + 0.02]
    found = plain(bias_and_empty_maps(results.audit, groups).sentence)
    assert f"cells {words} the energy than the 49.0 % that they hold in a uniform map:" in found


def test_bias_and_empty_maps_are_told_and_may_be_missing(results) -> None:
    results.audit["models"]["balanced"]["bias_share"] = {"value": 0.04, "low": 0.03, "high": 0.05}
    results.audit["models"]["unbalanced"]["bias_share"] = dict.fromkeys(("value", "low", "high"))
    found = bias_and_empty_maps(results.audit, results.groups)
    assert plain(found.sentence).startswith(
        "The bias, which looks at no pixel, makes up 4.0 % (3.0 to 5.0) of a decision of the "
        "balanced network; what the bias makes up is not defined for the unbalanced network, "
        "whose head is not affine; of the maps"
    )
    assert found.rows[0].interval == "3.0 to 5.0"
    assert found.rows[3].value == "–"
    results.audit["models"]["balanced"]["bias_share"] = dict.fromkeys(("value", "low", "high"))
    found = bias_and_empty_maps(results.audit, results.groups)
    assert plain(found.sentence).startswith(
        "What the bias makes up is not defined for the balanced and unbalanced networks, whose "
        "heads are not"
    )


def test_each_network_is_held_against_a_uniform_map_of_its_own_grid(results) -> None:
    results.audit["models"]["unbalanced"]["cells"] = 14
    groups: pd.DataFrame = results.groups
    border = groups["metric"] == "border_share"
    groups.loc[border, ["mean", "low", "high"]] = [0.4, 0.38, 0.42]
    found = plain(bias_and_empty_maps(results.audit, groups).sentence)
    assert (
        "hold less of the energy than the 49.0 % that they hold in a uniform map: 40.0 %" in found
    )
    assert (
        "hold more of the energy than the 26.5 % that they hold in a uniform map: 40.0 %" in found
    )
    assert found.index("for the balanced network; the border") < found.index(
        "for the unbalanced network."
    )


def test_one_version_of_the_masks_is_held_against_none(results) -> None:
    only = results.versions[results.versions["version"] == "3"]
    found = mask_or_classifier(only, results.overlap[:0], "3")
    assert found.sentence == "No mask could be held against another."
    assert {row.quantity for row in found.rows} == {"AMR, masks 3", "Normalised AMR, masks 3"}


def test_the_gap_with_the_evidence_is_told_where_masks_carry_the_headline(results) -> None:
    gaps = {"the only network": Number(0.067, 0.058, 0.076)}
    told = mask_or_classifier(results.versions, results.overlap, "2", gaps).sentence
    assert (
        "the headline is told with masks 2; with the evidence the PE gap is +0.067 (+0.058 to "
        "+0.076) for the only network"
    ) in told
    without = mask_or_classifier(results.versions, results.overlap, "evidence", gaps).sentence
    assert "headline" not in without
