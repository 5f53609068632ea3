import re
import subprocess

import numpy as np
import pandas as pd
import pytest

from heed.audit.tables.estimates import estimate
from heed.audit.tables.layout import (
    AMR_COLUMNS,
    ENERGY_COLUMNS,
    LAYOUTS,
    PAIRS,
    errors_table,
    groups_table,
    models_in,
    to_latex,
    to_markdown,
    wide_table,
)
from heed.audit.tables.score_arrays import METRICS
from heed.base.printed_tables import latex_text
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.estimates import OVERALL
from heed.metrics.groups import GROUPS
from tests.latex import needs_latex
from tests.places import REFERENCE

ORDER = np.arange(40)[::-1]
PUBLISHED = pd.read_csv(REFERENCE / "thesis_table_5_1_mask_v2.csv")


@pytest.fixture
def estimates(scores, majority):
    return {
        name: estimate([scores], majority, range(30), resamples=5, seed=0)
        for name in ("balanced", "unbalanced")
    }


def test_table_has_the_published_columns(estimates):
    table = wide_table(estimates, ORDER, list(AMR_COLUMNS))
    assert list(table.columns) == list(PUBLISHED.columns)
    assert table["attribute"].tolist() == [*ATTRIBUTES[::-1], OVERALL]


def test_cells_are_the_group_means(estimates):
    of_model = estimates["balanced"]
    amr = wide_table(estimates, ORDER, list(AMR_COLUMNS)).set_index("attribute")
    energy = wide_table(estimates, ORDER, list(ENERGY_COLUMNS)).set_index("attribute")
    smiling = ATTRIBUTES.index("Smiling")
    for table, column, estimated in [
        (amr, "error_rate", of_model.rates["error_rate"]),
        (amr, "amr", of_model.groups["amr", "all"]),
        (amr, "amr_gt_pos", of_model.groups["amr", "gt_positive"]),
        (amr, "amr_gt_neg", of_model.groups["amr", "gt_negative"]),
        (amr, "amr_correct", of_model.groups["amr", "correct"]),
        (amr, "amr_incorrect", of_model.groups["amr", "incorrect"]),
        (energy, "fnr", of_model.rates["fnr"]),
        (energy, "fpr", of_model.rates["fpr"]),
        (
            energy,
            "pe_predicted_positive",
            of_model.groups["proportional_energy", "predicted_positive"],
        ),
        (
            energy,
            "pe_predicted_negative",
            of_model.groups["proportional_energy", "predicted_negative"],
        ),
    ]:
        cells = table[f"balanced_{column}"]
        assert cells["Smiling"] == estimated.mean[smiling]
        assert cells[OVERALL] == pytest.approx(cells.drop(OVERALL).mean())


def test_groups_table_has_every_group_and_its_interval(estimates):
    table = groups_table(estimates, ORDER, 0.9)
    assert len(table) == 2 * len(METRICS) * len(GROUPS) * 41
    keyed = table.set_index(["model", "metric", "group", "attribute"]).sort_index()
    estimated = estimates["unbalanced"].groups["proportional_energy", "correct"]
    row = keyed.loc[("unbalanced", "proportional_energy", "correct", "Bald")]
    bald = ATTRIBUTES.index("Bald")
    low, high = estimated.interval(0.9)
    assert row.to_dict() == {
        "n": estimated.n[bald],
        "mean": estimated.mean[bald],
        "low": low[bald],
        "high": high[bald],
        "empty_rate": estimated.empty_rate[bald],
        "mean_without_empty": estimated.mean_without_empty[bald],
        "attributes": 1,
    }
    overall = keyed.loc[("unbalanced", "proportional_energy", "correct", OVERALL)]
    assert overall["attributes"] == 39  # one attribute has no mask
    assert overall["mean"] == estimated.overall
    assert overall["n"] == estimated.n.sum()
    ends = np.quantile(np.nanmean(estimated.resampled, axis=1), [0.05, 0.95])
    assert overall[["low", "high"]].tolist() == pytest.approx(ends.tolist())


def test_errors_table_counts_both_classes(estimates, scores):
    table = errors_table(estimates, ORDER, 0.9).set_index(["model", "attribute"])
    row = table.loc[("balanced", "Young")]
    young = scores.labels[:, ATTRIBUTES.index("Young")]
    assert (row["positives"], row["negatives"]) == ((young == 1).sum(), (young == -1).sum())
    assert row["fnr_low"] <= row["fnr"] <= row["fnr_high"]
    overall = table.loc[("balanced", OVERALL)]
    assert overall["error_rate"] == pytest.approx(table.loc["balanced"]["error_rate"][:40].mean())
    assert overall["positives"] == (scores.labels == 1).sum()


def test_markdown_prints_two_decimals_and_a_dash_for_missing():
    table = PUBLISHED.copy()
    table.loc[0, "balanced_amr"] = np.nan
    lines = to_markdown(table, AMR_COLUMNS).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0][:5] == [
        "Attribute", "balanced ER", "balanced AMR", "balanced gt+", "balanced gt-",
    ]  # fmt: skip
    assert cells[2] == [
        "Attractive", "0.17", "\N{EN DASH}", "0.35", "0.29", "0.31", "0.35",
        "0.17", "0.29", "0.33", "0.26", "0.30", "0.25",
    ]  # fmt: skip
    assert cells[3][0] == "Mouth Slightly Open"
    assert cells[-1][:3] == ["OVERALL", "0.12", "0.46"]
    assert {line.count("|") for line in lines} == {14}


def test_latex_is_a_booktabs_table():
    table = PUBLISHED.rename(columns=lambda name: name.replace("unbalanced", "un_bal&anced"))
    table.loc[0, "balanced_amr"] = np.nan
    text = to_latex(table, AMR_COLUMNS)
    assert r"\multicolumn{6}{c}{un\_bal\&anced}" in text
    assert r"\cmidrule(lr){2-7} \cmidrule(lr){8-13}" in text
    assert r"Attractive & 0.17 & -- & 0.35" in text
    rows = [line for line in text.splitlines() if line.endswith(r"\\") and "multicol" not in line]
    assert len(rows) == 1 + 41
    assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {12}
    assert not re.search(r"(?<!\\)_", text)
    assert text.index("OVERALL") > text.rindex(r"\midrule") > text.index("Bald")


def test_the_greater_of_a_pair_is_bold_as_it_is_printed():
    table = PUBLISHED.copy().set_index("attribute")
    table.loc["Attractive", "balanced_amr_correct"] = 0.349  # prints as its pair does
    table.loc["Smiling", "unbalanced_amr_incorrect"] = np.nan
    table = table.reset_index()
    rows = {
        line.split(" & ")[0]: line.removesuffix(r" \\").split(" & ")[1:]
        for line in to_latex(table, AMR_COLUMNS, pairs=PAIRS["amr"]).splitlines()
        if line.endswith(r"\\")
    }
    assert rows["Attractive"] == [
        "0.17", "0.32", r"\textbf{0.35}", "0.29", "0.35", "0.35",
        "0.17", "0.29", r"\textbf{0.33}", "0.26", r"\textbf{0.30}", "0.25",
    ]  # fmt: skip
    assert rows["Smiling"][6:] == ["0.07", "0.78", r"\textbf{0.81}", "0.74", "0.79", "--"]
    assert rows["OVERALL"][4:6] == ["0.45", r"\textbf{0.51}"]
    # of AFFACT-b 31 and 26 attributes, of AFFACT-ub 36 and 30, as the thesis counts them
    bold = np.array([[r"\textbf" in cell for cell in rows[name]] for name in readable_names()])
    assert bold[:, [2, 5, 8, 11]].sum(axis=0).tolist() == [31, 25, 36, 30]
    assert not bold[:, [0, 1, 6, 7]].any()
    assert LAYOUTS.keys() == PAIRS.keys()


def readable_names():
    return [name.replace("_", " ") for name in ATTRIBUTES]


def test_no_character_of_a_text_is_a_command_or_another_one_in_latex():
    assert latex_text("a_1 & 5 % #{$}") == r"a\_1 \& 5 \% \#\{\$\}"
    assert latex_text("|z| > 0 < 1") == r"\textbar{}z\textbar{} \textgreater{} 0 \textless{} 1"
    assert latex_text("\\^~") == r"\textbackslash{}\textasciicircum{}\textasciitilde{}"


@needs_latex
def test_latex_compiles(tmp_path):
    table = PUBLISHED.rename(columns=lambda name: name.replace("unbalanced", r"a_b&c\d~e^f{g}"))
    body = to_latex(table, AMR_COLUMNS)
    document = rf"\documentclass{{article}}\usepackage{{booktabs}}\begin{{document}}{body}"
    (tmp_path / "table.tex").write_text(document + r"\end{document}")
    subprocess.run(
        ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "table.tex"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )


def test_classifiers_are_found_by_their_columns():
    assert models_in(PUBLISHED, "error_rate") == ["balanced", "unbalanced"]
    with pytest.raises(ValueError, match="no column ending in _fnr among attribute, balanced_err"):
        models_in(PUBLISHED, "fnr")
