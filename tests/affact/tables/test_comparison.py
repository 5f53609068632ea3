"""The layout of table 7.1."""

import re
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heed.affact.tables.comparison import comparison_table, to_latex, to_markdown
from heed.affact.tables.table_7_1 import table_7_1
from heed.affact.test_sets import SETS
from heed.base.names import readable
from heed.celeba.attributes import ATTRIBUTES
from tests.latex import needs_latex

RNG = np.random.default_rng(0)
STANDS_FOR = {"plain_net": "resnet51s", "mine": None}
ROWS = [*ATTRIBUTES, "OVERALL"]


def rates(missing: bool = False) -> pd.DataFrame:
    """Errors that are drawn at random, attribute by attribute, in no order."""
    parts = []
    for network in STANDS_FOR:
        for test_set in SETS:
            errors = RNG.random(40)
            if missing:
                errors[3] = np.nan
            errors = np.append(errors, np.nanmean(errors))
            part = {"network": network, "set": test_set, "attribute": ROWS, "error": errors}
            parts.append(pd.DataFrame(part))
    return pd.concat(parts).sample(frac=1, random_state=0)


RATES = rates()
BASELINE = pd.DataFrame({"attribute": ATTRIBUTES[::-1], "error": np.linspace(0, 0.39, 40)})


def table() -> pd.DataFrame:
    return comparison_table(RATES, BASELINE, table_7_1(), STANDS_FOR)


def test_every_number_is_in_its_place() -> None:
    wide = table()
    assert list(wide["attribute"]) == [*ATTRIBUTES, "TOTAL"]
    assert list(wide.columns)[:5] == [
        "attribute",
        "majority",
        "A_plain_net",
        "A_plain_net_published",
        "A_mine",
    ]
    for row in RATES.itertuples():
        name = row.attribute.replace("OVERALL", "TOTAL")
        found = wide.loc[wide["attribute"] == name, f"{row.set}_{row.network}"].item()
        assert found == pytest.approx(100 * row.error)
    published = table_7_1().set_index("attribute")
    for test_set in SETS:
        column = wide.set_index("attribute")[f"{test_set}_plain_net_published"]
        pd.testing.assert_series_equal(
            column, published[f"{test_set}_resnet51s"], check_names=False
        )
    assert wide["majority"].tolist() == pytest.approx([*np.linspace(39, 0, 40), 19.5])


def test_rates_that_are_missing_or_there_twice_are_an_error() -> None:
    fewer = RATES[(RATES["network"] != "mine") | (RATES["set"] != "D")]
    with pytest.raises(ValueError, match="no rates of network mine on set D"):
        comparison_table(fewer, BASELINE, table_7_1(), STANDS_FOR)
    twice = pd.concat([RATES, RATES.iloc[:1]])
    with pytest.raises(ValueError, match="duplicate"):
        comparison_table(twice, BASELINE, table_7_1(), STANDS_FOR)


def test_markdown_has_ours_and_the_published_beside() -> None:
    *lines, _, note = to_markdown(table(), STANDS_FOR).splitlines()
    cells = [cell.strip() for cell in lines[0].strip("|").split("|")]
    assert cells[:4] == ["Attribute", "Majority", "A plain_net", "A mine"]
    total = [cell.strip() for cell in lines[-1].strip("|").split("|")]
    assert len(lines) == 2 + 41
    assert {line.count("|") for line in lines} == {3 + 2 * len(SETS)}
    assert total[0] == "TOTAL"
    ours = RATES[(RATES["attribute"] == "OVERALL") & (RATES["network"] == "plain_net")]
    error = ours.set_index("set")["error"]
    assert total[2] == f"{100 * error['A']:.2f} (8.15)"
    assert total[-2] == f"{100 * error['T']:.2f} (13.14)"
    assert note == (
        "Errors in percent; in brackets: published for plain_net (ResNet-51-S), decided at logit "
        "0.5."
    )


def test_latex_has_ours_and_the_published_beside() -> None:
    text = to_latex(table(), STANDS_FOR)
    rows = [line for line in text.splitlines() if line.endswith(r"\\")]
    named = [row.split(" &")[0] for row in rows]
    assert named == ["", "", "Attribute", *map(readable, ATTRIBUTES), "TOTAL"]
    cells = rows[named.index("Bald")].removesuffix(r" \\").split(" & ")
    assert len(cells) == 2 + 3 * len(SETS)
    bare = [float(re.sub(r"\\text(bf|it)\{(.*)\}", r"\2", cell)) for cell in cells[1:]]
    row = table().set_index("attribute").loc["Bald"]
    assert bare == pytest.approx(row.to_list(), abs=0.005)  # in the order of the data frame
    assert "under paper: published for plain_net (ResNet-51-S), decided at logit 0.5." in text
    assert r"\multicolumn{3}{c}{D}" in text
    assert r"\multicolumn{2}{c}{plain\_net} & \multicolumn{1}{c}{mine}" in text
    assert r"\cmidrule(lr){3-5} \cmidrule(lr){6-8}" in text
    assert r"\cmidrule(lr){3-4} \cmidrule(lr){5-5}" in text


def test_the_lowest_error_of_ours_on_a_set_is_bold() -> None:
    wide = table()
    wide.loc[4, ["A_plain_net", "A_mine"]] = [7.004, 6.996]  # equal as printed: both
    line = next(row for row in to_latex(wide, STANDS_FOR).splitlines() if row.startswith("Bald"))
    pairs = [wide.loc[4, [f"{test_set}_plain_net", f"{test_set}_mine"]] for test_set in SETS]
    bold = [float(found) for found in re.findall(r"\\textbf\{([\d.]+)\}", line)]
    assert bold == pytest.approx([7.0, 7.0, *(pair.min() for pair in pairs[1:])], abs=0.005)
    alone = to_latex(wide, {"mine": None})
    assert "textbf" not in alone
    assert "textit" not in alone


def test_what_is_missing_is_a_dash() -> None:
    wide = comparison_table(rates(missing=True), BASELINE, table_7_1(), STANDS_FOR)
    row = next(line for line in to_markdown(wide, STANDS_FOR).splitlines() if "Bags" in line)
    assert row.count("\N{EN DASH}") == 8
    row = next(line for line in to_latex(wide, STANDS_FOR).splitlines() if "Bags" in line)
    assert row.count("--") == 8


@needs_latex
def test_latex_of_three_networks_fits_a_page_on_its_side(tmp_path: Path) -> None:
    networks = {"aligned": "resnet51s", "affact": "affact", "affact_ext": "affact_ext"}
    errors = pd.concat(
        RATES[RATES["network"] == "mine"].assign(network=network) for network in networks
    )
    body = to_latex(comparison_table(errors, BASELINE, table_7_1(), networks), networks)
    document = (
        "\\documentclass{article}\\usepackage{booktabs}"
        "\\usepackage[a4paper,landscape,margin=2cm]{geometry}"
        f"\\begin{{document}}\\noindent\n{body}\\end{{document}}\n"
    )
    (tmp_path / "table.tex").write_text(document)
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "table.tex"]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout[-2000:]
    assert "(1 page" in process.stdout
    assert "Overfull" not in process.stdout
