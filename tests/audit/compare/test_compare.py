"""``heed compare``: two audits as git has them, on one page."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from heed.audit.compare.changes import (
    attribute_changes,
    changed_parameters,
    difference,
    models_changes,
    only_in,
)
from heed.audit.compare.conditions import different_conditions, outdated
from heed.audit.compare.page import comparison_page
from heed.audit.compare.revision import Revision
from heed.cli import app
from heed.pages.number import Number

PIXEL = b"\x89PNG one"


def git(*arguments):
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
    subprocess.run(command, check=True, capture_output=True)


def audit(error, low, high, models=("small",), figure=PIXEL, epochs=4):
    """Write an audit, in which every model has the same numbers."""
    number = {"value": error, "low": low, "high": high}
    of_model = {"error_rate": number, "amr": {"value": 0.4, "low": 0.3, "high": 0.5}}
    numbers = {"faces": 20, "persons": 9, "models": dict.fromkeys(models, of_model)}
    Path("metrics/tables").mkdir(parents=True, exist_ok=True)
    Path("metrics/audit.json").write_text(json.dumps(numbers))
    rows = ["model,attribute,error_rate,error_rate_low,error_rate_high"]
    rows += [f"{model},Bald,{error},{low},{high}" for model in models]
    rows += [f"{model},Young,{error / 2},{low / 2},{high / 2}" for model in models]
    rows += [f"{model},OVERALL,{error},{low},{high}" for model in models]
    Path("metrics/tables/errors.csv").write_text("\n".join(rows) + "\n")
    Path("params.yaml").write_text(f"train: {{epochs: {epochs}, seed: 0}}\n")
    Path("plots/figures").mkdir(parents=True, exist_ok=True)
    Path("plots/figures/amr_by_label.png").write_bytes(figure)
    Path("plots/figures/kl.png").write_bytes(PIXEL)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    git("init", "--initial-branch", "main")
    audit(0.2, 0.17, 0.24)
    git("add", ".")
    git("commit", "-m", "Audit <one>")
    git("tag", "first")
    audit(0.3, 0.26, 0.33, figure=b"\x89PNG two", epochs=6)
    git("add", ".")
    git("commit", "-m", "Audit two")
    git("update-ref", "refs/exps/ab/cdef/lucky-name", "HEAD~1")


def test_the_interval_of_a_difference_by_hand():
    found = difference(Number(0.2, 0.17, 0.24), Number(0.3, 0.26, 0.33))
    assert found.value == pytest.approx(0.1)
    assert found.low == pytest.approx(0.1 - np.sqrt(0.04**2 + 0.04**2), abs=5e-4)
    assert found.high == pytest.approx(0.1 + np.sqrt(0.03**2 + 0.03**2), abs=5e-4)


def test_the_interval_of_a_difference_covers_the_truth():
    rng = np.random.default_rng(0)
    half = 1.96 * 0.1
    ends = [
        difference(Number(a, a - half, a + half), Number(b, b - half, b + half))
        for a, b in rng.normal([0.3, 0.5], 0.1, (4000, 2))
    ]
    inside = np.mean([each.low < 0.2 < each.high for each in ends])
    assert 0.94 < inside < 0.96


def test_numbers_of_two_commits(repository):
    one, other = Revision.of("first"), Revision.of("HEAD")
    change = models_changes(one, other)["small"]
    assert set(change) == {"error_rate", "amr"}
    assert change["error_rate"].first == Number(0.2, 0.17, 0.24)
    assert change["error_rate"].second == Number(0.3, 0.26, 0.33)
    assert change["error_rate"].difference.direction() == "up"
    assert change["amr"].difference.direction() == "unclear"
    attributes = attribute_changes(one, other, "small")
    assert list(attributes) == ["error_rate"]
    assert list(attributes["error_rate"]) == ["Bald", "Young"]  # the larger difference first
    assert changed_parameters(one, other) == {"train.epochs": (4, 6)}


def test_an_experiment_and_the_workspace(repository):
    assert Revision.of("lucky-name").read("params.yaml") == Revision.of("first").read("params.yaml")
    audit(0.9, 0.8, 0.95)
    workspace = Revision.of("workspace")
    assert workspace.numbers()["models"]["small"]["error_rate"]["value"] == 0.9
    assert list(workspace.figures()) == list(Revision.of("HEAD").figures())


def test_the_page_holds_both_and_asks_nothing_of_a_network(repository):
    page = comparison_page(Revision.of("first"), Revision.of("HEAD"))
    assert "Audit &lt;one&gt;" in page
    assert "+10.0 points (+4.3 to +14.2)" in page
    assert "http" not in page.replace("http-equiv", "")
    assert page.count("<img") == 2  # of the figure that changed
    assert "The same in both, pixel for pixel: kl." in page
    assert "train.epochs" in page


def test_models_of_one_audit_alone_are_named(repository):
    audit(0.3, 0.2, 0.4, models=("small", "large"))
    one, other = Revision.of("first"), Revision.of("workspace")
    assert only_in(one, other) == ([], ["large"])
    assert "In workspace alone: large." in comparison_page(one, other)
    audit(0.3, 0.2, 0.4, models=("large",))
    with pytest.raises(ValueError, match="first has the models small, workspace has large"):
        comparison_page(one, other)


def test_the_command_writes_the_page_and_says_what_is_clear(repository):
    found = CliRunner().invoke(app, ["compare", "first", "HEAD"])
    assert found.exit_code == 0, found.output
    assert "small error_rate 0.200 -> 0.300" in found.output
    assert "first and HEAD; 1 clear difference of models" in found.output
    assert Path("report/compare.html").read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "nothing: git knows no commit, branch, tag or DVC experiment"),
        (["--output=x.pdf", "first"], "x.pdf: expected a name that ends in .html"),
        (["-o", "a.html", "--", "-x"], "-x: git knows no commit"),
    ],
)
def test_what_cannot_be_compared_is_refused(repository, arguments, message):
    found = CliRunner().invoke(app, ["compare", *arguments])
    assert found.exit_code == 1
    assert message in found.output
    assert not Path("report").exists()


def lock(**params):
    gone = {"models.gone": {"network": "nano"}}
    stages = {
        "score@small": {"params": {"params.yaml": params}},
        "train@gone": {"params": {"params.yaml": gone}},
    }
    Path("dvc.lock").write_text(yaml.safe_dump({"stages": stages}))


def parameters(**params):
    Path("params.yaml").write_text(yaml.safe_dump({"models": {"small": None}, **params}))


def test_numbers_of_other_parameters_than_params_yaml_has_are_called_so(repository):
    lock(**{"mask": {"version": 2}, "aggregate.low": 1e-7, "report.faces": True})
    text = Path("dvc.lock").read_text()
    assert "1.0e-07" in text
    Path("dvc.lock").write_text(text.replace("1.0e-07", "1e-07"))  # as DVC writes it
    now = {"aggregate": {"low": 1e-7}, "report": {"faces": False}}
    parameters(mask={"version": 2}, **now)
    git("add", ".")
    git("commit", "-m", "Audit three")
    assert outdated(Revision.of("HEAD")) == {}
    parameters(mask={"version": 3}, **now)
    workspace = Revision.of("workspace")
    assert outdated(workspace) == {"mask.version": (2, 3)}
    assert different_conditions(Revision.of("HEAD"), workspace) == []  # both were made with 2
    page = comparison_page(Revision.of("HEAD"), workspace)
    assert "The numbers of workspace were not made with the parameters" in page
    assert "<code>mask.version</code> 2 (params.yaml: 3)." in page
    found = CliRunner().invoke(app, ["compare", "HEAD"])
    assert "the last run had mask.version 2 (params.yaml: 3); run `dvc repro`" in found.output


def test_audits_of_different_things_are_called_so(repository):
    parameters(mask={"version": 2}, score={"threshold": 0.5}, train={"epochs": 4})
    git("commit", "-a", "-m", "Audit three")
    parameters(mask={"version": 3}, score={"threshold": 0.0}, train={"epochs": 6})
    one, other = Revision.of("HEAD"), Revision.of("workspace")
    assert different_conditions(one, other) == ["mask.version", "score.threshold"]
    assert "The two audits do not score the same thing" in comparison_page(one, other)
    found = CliRunner().invoke(app, ["compare", "HEAD"])
    assert "not score the same thing: they differ in mask.version, score.thr" in found.output


def test_a_number_without_a_wide_interval_is_not_clear(repository):
    found = difference(Number(0.2, 0.2, 0.2), Number(0.3, 0.26, 0.33))
    assert found.value == pytest.approx(0.1)
    assert np.isnan(found.low)
    assert found.direction() == "unclear"
    audit(0.2, 0.2, 0.2)
    page = comparison_page(Revision.of("first"), Revision.of("workspace"))
    row = next(line for line in page.splitlines() if "Error rate</th>" in line)
    assert row.endswith('<td class="n">0.0 points</td></tr>')


def test_a_file_of_somebody_else_is_not_replaced(repository, tmp_path_factory):
    mine = tmp_path_factory.mktemp("elsewhere") / "thesis.html"
    mine.write_text("my thesis")
    found = CliRunner().invoke(app, ["compare", "first", "HEAD", "-o", str(mine)])
    assert found.exit_code == 1
    assert "is there already, and no page that `heed compare` wrote; delete it, or" in found.output
    assert mine.read_text() == "my thesis"
    for _ in range(2):  # its own page is replaced
        page = mine.with_name("page.html")
        found = CliRunner().invoke(app, ["compare", "first", "HEAD", "-o", str(page)])
        assert found.exit_code == 0, found.output


def test_another_folder_is_called_so(repository, tmp_path_factory, monkeypatch):
    monkeypatch.chdir("metrics")
    found = CliRunner().invoke(app, ["compare", "HEAD"])
    assert "metrics: found no params.yaml; expected the folder of an audit" in found.output
    monkeypatch.chdir(tmp_path_factory.mktemp("no_git"))
    Path("params.yaml").write_text("{}")
    found = CliRunner().invoke(app, ["compare", "HEAD"])
    assert "is in no git repository, so that HEAD is none of its commits" in found.output


@pytest.mark.parametrize("content", ["{}", "[]", '{"models": {}}', '{"faces": 3, "models": [1]}'])
def test_numbers_of_no_model_are_refused(repository, content):
    Path("metrics/audit.json").write_text(content)
    found = CliRunner().invoke(app, ["compare", "HEAD"])
    assert found.exit_code == 1
    assert "workspace: metrics/audit.json has no numbers of models; expected" in found.output


def test_a_revision_without_an_audit_is_refused(repository):
    git("rm", "-q", "-r", "metrics")
    git("commit", "-m", "Gone")
    found = CliRunner().invoke(app, ["compare", "HEAD", "first"])
    assert found.exit_code == 1
    assert "HEAD: holds no metrics/audit.json; expected a revision in which" in found.output
