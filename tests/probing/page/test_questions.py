"""The page's sentences follow the numbers."""

import pandas as pd
import pytest

from heed.probing.figures.catalogue import FIGURES
from heed.probing.page.layers import (
    against_controls,
    agreement,
    discarded,
    expression,
    soft_and_geometry,
    where,
)
from heed.probing.page.page import render_page
from heed.probing.page.questions import questions, undefined_sentences
from heed.probing.page.units import (
    audit_link,
    few_units,
    finds_units,
    silencing_sentences,
    vip_sentences,
)
from tests.probing.made_up import NETWORKS, PARAMS

Tables = dict[str, pd.DataFrame]


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def bounded(name: str, **numbers: tuple[float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"network": network, name: value, f"{name}_low": low, f"{name}_high": high}
        for network, (value, low, high) in numbers.items()
    )


def test_every_question_is_answered_and_shows_every_figure(tables: Tables) -> None:
    asked = questions(tables, PARAMS)
    assert [question.anchor for question in asked] == [
        "where", "units", "discarded", "agreement", "vip", "maps", "persons", "beside",
    ]  # fmt: skip
    assert all(question.answer for question in asked)
    shown = [name for question in asked for name in question.figures]
    assert sorted(shown) == sorted(entry.name for entry in FIGURES.entries("numbers"))


def test_where_names_the_first_and_the_last(tables: Tables) -> None:
    question = where(tables, list(NETWORKS), 0.9)
    first, last = question.answer[0].split("; last are ")
    assert "Wearing Hat" in first
    assert "Eyeglasses" in first
    assert "Wearing Hat" not in last
    assert question.table is not None
    assert question.table[1].rows[0][0] == "accessories"


def test_an_attribute_that_is_read_nowhere_is_named(tables: Tables) -> None:
    encoding = tables["encoding"].copy()
    gone = (encoding["network"] == "plain") & (encoding["attribute"] == "Oval_Face")
    encoding.loc[gone, ["readable_layer", "best_layer", "last_layer"]] = ""
    answer = where({**tables, "encoding": encoding}, list(NETWORKS), 0.9).answer
    assert "Readable from no layer of the plain network: Oval Face." in answer


def test_units_are_counted(tables: Tables) -> None:
    answer = few_units(tables, list(NETWORKS), 0.04).answer
    row = tables["few_units"].query("network == 'plain' and unit == 'channels'").iloc[0]
    assert f"{row['near']} of {row['of']} in the plain network" in answer[3]
    assert f"{100 * row['loss']:.1f} points" in plain(answer[3])


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ((0.12, 0.05, 0.2), "Expression is lost behind its best layer: by 12.0 points (5.0 to"),
        ((0.12, -0.05, 0.2), "Whether expression is lost is not settled: 12.0 points (−5.0 to"),
        ((-0.1, -0.2, -0.05), "Expression is read better from the last layer"),
    ],
)
def test_a_loss_is_told_by_its_interval(
    tables: Tables, interval: tuple[float, float, float], words: str
) -> None:
    losses = bounded("loss", plain=interval).assign(group="expression", attributes=2)
    given = {**tables, "losses": losses, "contrasts": tables["contrasts"].iloc[:0]}
    assert plain(expression(given, ["plain"])[0]).startswith(words)


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ((0.01, 0.005, 0.02), "that is less than the residual network does, by 1.0 points"),
        (
            (0.01, -0.01, 0.02),
            "whether the residual network loses more is not settled: a difference",
        ),
        ((-0.01, -0.02, -0.005), "that is more than the residual network does, by 1.0 points"),
    ],
)
def test_what_a_control_loses_is_held_against_the_network(
    tables: Tables, interval: tuple[float, float, float], words: str
) -> None:
    over = bounded("difference", residual=interval).assign(control="untrained", group="expression")
    told = expression({**tables, "losses_over_controls": over}, list(NETWORKS))
    assert words in plain(told[-1])
    assert "depth alone" not in told[-1], "a control may have been trained, too"


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ((0.2, 0.1, 0.3), "Soft attributes are read better than geometry: by 20.0 points"),
        ((0.2, -0.1, 0.3), "Whether soft attributes are read better than geometry is not settled"),
        ((-0.2, -0.3, -0.1), "Geometry is read better than soft attributes"),
    ],
)
def test_soft_and_geometry(
    tables: Tables, interval: tuple[float, float, float], words: str
) -> None:
    contrasts = bounded("difference", plain=interval).assign(quantity="accuracy")
    (told,) = soft_and_geometry({**tables, "contrasts": contrasts}, ["plain"])
    assert plain(told).startswith(words)


def test_what_is_not_known_is_not_told_as_a_finding(tables: Tables) -> None:
    gone = {
        **tables,
        "contrasts": tables["contrasts"].assign(difference=float("nan")),
        "losses": tables["losses"].assign(attributes=0),
    }
    assert soft_and_geometry(gone, list(NETWORKS))[0].startswith("Nothing can be said of soft")
    assert expression(gone, list(NETWORKS))[0].startswith("Nothing can be said of expression")


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ((0.1, 0.05, 0.15), "The residual network reads attributes better than the untrained"),
        ((-0.1, -0.15, -0.05), "The residual network reads attributes worse than the untrained"),
        ((0.1, -0.05, 0.15), "Whether the residual network reads attributes better than the"),
    ],
)
def test_controls_are_told_by_their_interval(
    tables: Tables, interval: tuple[float, float, float], words: str
) -> None:
    controls = bounded("difference", residual=interval).assign(control="untrained", unit="layer")
    (told,) = against_controls({**tables, "controls": controls}, PARAMS.controls, 0.95)
    assert told.startswith(words)


def test_agreement_is_claimed_only_where_it_is_settled(tables: Tables) -> None:
    rows = pd.DataFrame(
        [("a", "b", "accuracy", 0.8, 0.6, 0.9), ("a", "c", "accuracy", 0.2, -0.2, 0.5),
         ("a", "published", "accuracy", 0.1, -0.3, 0.4)],
        columns=["first", "second", "quantity", "spearman", "spearman_low", "spearman_high"],
    )  # fmt: skip
    answer = agreement({**tables, "agreement": rows}).answer
    assert answer[0] == (
        "On which attributes are read well there is agreement between a and b (rank correlation "
        "0.80, 0.60 to 0.90); on which attributes are read well agreement is not settled between "
        "a and c (rank correlation 0.20, −0.20 to 0.50)."
    )
    assert answer[1].endswith("an agreement with it is not settled for the a network.")
    nothing = agreement({**tables, "agreement": rows.iloc[:0]}).answer
    assert nothing == ("No two networks of this study can be compared.",)


def test_vip_is_held_against_mean_activation(tables: Tables) -> None:
    assert "VIP tells more (difference" in finds_units(tables).answer[0]
    vip = tables["vip"].copy()
    vip.loc[vip["by"] == "difference", "pearson_low"] = -0.5
    told = finds_units({**tables, "vip": vip}).answer[0]
    assert "which tells more is not settled" in told
    empty = {**tables, "vip": vip.iloc[:0], "silencing": tables["silencing"].iloc[:0]}
    question = finds_units(empty)
    assert question.answer[0].startswith("It was not asked")
    assert question.table is None


def test_the_greatest_drop_is_told_with_its_setting(tables: Tables) -> None:
    row = tables["silencing"].loc[tables["silencing"]["drop"].idxmax()]
    told = plain(finds_units(tables).answer[3])
    assert f"lose {100 * row['drop']:.1f} points" in told
    assert f"with {100 * row['share']:.0f} % of the neurons silent" in told


def test_no_drop_is_told_as_none(tables: Tables) -> None:
    silencing = tables["silencing"].assign(drop=-0.001, drop_low=-0.002, drop_high=0.0)
    told = silencing_sentences(silencing)
    assert told == [
        "When the neurons with the highest VIP are silent, later layers lose nothing on average, "
        f"in any of {len(silencing)} settings."
    ]


def test_drops_without_intervals_are_not_counted_as_unsettled(tables: Tables) -> None:
    silencing = tables["silencing"].assign(drop_low=float("nan"), drop_high=float("nan"))
    told = silencing_sentences(silencing)
    assert told[-1].startswith(f"None of the {len(silencing)} settings has an interval, which")
    one = silencing.assign(drop_low=silencing["drop_low"].where(silencing.index > 0, 0.001))
    assert silencing_sentences(one)[-1] == "In 1 of 1 settings the interval lies above 0."


def test_neurons_that_do_not_vary_are_no_finding(tables: Tables) -> None:
    gone = {name: float("nan") for name in ("pearson", "pearson_low", "pearson_high")}
    told = vip_sentences(tables["vip"].assign(**gone))
    assert len(told) == 3
    assert all("in no projection do they vary" in each for each in told)


def test_what_chance_leaves_out_follows_the_confidence(tables: Tables) -> None:
    told = against_controls(tables, PARAMS.controls, 0.9)
    assert all("alone about 10 in 100 would leave 0 out" in each for each in told)


def test_the_audits_maps_are_skipped_with_words(tables: Tables) -> None:
    answer = audit_link(tables, PARAMS.audit).answer
    assert answer[0].startswith("Of the audited network (in the audit: balanced)")
    without = {
        **tables,
        "audit": tables["audit"].iloc[:0],
        "audit_correlations": tables["audit_correlations"].iloc[:0],
    }
    assert "the audit's tables have no scores" in audit_link(without, PARAMS.audit).answer[0]
    assert "No probed network" in audit_link(without, {}).answer[0]


def test_what_is_not_defined_is_told_with_its_reason(tables: Tables) -> None:
    told = undefined_sentences(tables["undefined"])
    assert told[0] == "the residual network, best channel: 2 of 336 (all features are constant)"


def test_the_page_needs_nothing_but_itself(tables: Tables) -> None:
    page = render_page(
        tables, PARAMS, figures={}, catalogue=FIGURES.entries("numbers"), origin={"networks": "x"}
    )
    assert "http://" not in page
    assert "https://" not in page
    assert "nan" not in page.replace("finance", "").lower().split()
    assert page.count("<section") == 8 + 3


def test_a_study_without_controls_and_ablations_has_a_page(tables: Tables) -> None:
    gone = ("controls", "controls_by_attribute", "losses_over_controls", "vip", "vip_steps",
            "vip_example", "vip_histogram", "silencing", "silencing_by_layer", "audit",
            "audit_correlations", "recognition", "undefined")  # fmt: skip
    fewer = {name: table.iloc[:0] if name in gone else table for name, table in tables.items()}
    params = PARAMS.model_copy(update={"controls": {}, "audit": {}})
    asked = {question.anchor: question for question in questions(fewer, params)}
    assert "There is no control" in discarded(fewer, list(NETWORKS), {}, 0.95).answer[-1]
    assert asked["persons"].table is None
    assert asked["vip"].figures == ()
    page = render_page(fewer, params, figures={}, catalogue=FIGURES.entries("numbers"), origin={})
    assert "Every probe could be formed." in page
