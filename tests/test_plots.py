"""What ``dvc plots`` and ``dvc metrics`` show in a clone without cache and without network."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
import vl_convert
import yaml
from typer.testing import CliRunner

from heed.base.names import readable
from heed.cli import app
from heed.metrics.estimates import OVERALL
from heed.pipeline.plots_template import plots_template
from tests.places import ROOT

PLOTS = yaml.safe_load((ROOT / "dvc.yaml").read_text()).get("plots", [])
DRAWN = [next(iter(plot)) for plot in PLOTS if isinstance(plot, dict)]
PICTURES = [plot for plot in PLOTS if isinstance(plot, str)]
OLD, NEW = 0.0987654321, 0.123456789  # an error rate in the one commit and in the other


def run(folder: Path, *command: str) -> str:
    binaries = str(Path(sys.executable).parent)
    no_network = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
    environment = {
        **os.environ,
        **no_network,
        "PATH": os.pathsep.join([binaries, os.environ["PATH"]]),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    process = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stdout + process.stderr
    assert "failed to load" not in process.stderr, process.stderr
    return process.stdout


def commit(folder: Path, error_rate: float) -> None:
    """Run a stage that writes this project's tables with one error rate changed."""
    table = pd.read_csv(ROOT / "metrics/tables/errors.csv")
    table.loc[table["attribute"] == "Bald", "error_rate"] = error_rate
    table.to_csv(folder / "inputs/metrics/tables/errors.csv", index=False)
    (folder / "inputs/metrics/audit.json").write_text(json.dumps({"error_rate": error_rate}))
    run(folder, "dvc", "repro", "-q")
    run(folder, "git", "add", ".")
    identity = ("-c", "user.name=test", "-c", "user.email=test@localhost")
    run(folder, "git", *identity, "commit", "-q", "-m", f"Error rate {error_rate}")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of two commits; the stage also had an output that is in the cache only."""
    folder = tmp_path_factory.mktemp("origin")
    run(folder, "git", "init", "-q")
    run(folder, "dvc", "init", "-q")
    shutil.copy(ROOT / ".dvc/config", folder / ".dvc/config")
    shutil.copytree(ROOT / ".dvc/plots", folder / ".dvc/plots")
    shutil.copytree(ROOT / "metrics/tables", folder / "inputs/metrics/tables")
    shutil.copytree(ROOT / "plots", folder / "inputs/plots")
    stage: dict[str, Any] = {
        "cmd": "cp -r inputs/metrics inputs/plots . && cp -r metrics cached",
        "deps": ["inputs"],
        "outs": ["cached", *({path: {"cache": False}} for path in ("metrics/tables", "plots"))],
        "metrics": [{"metrics/audit.json": {"cache": False}}],
    }
    (folder / "dvc.yaml").write_text(yaml.safe_dump({"stages": {"copy": stage}, "plots": PLOTS}))
    (folder / ".gitignore").write_text("/cached\n")
    commit(folder, OLD)
    commit(folder, NEW)
    target = tmp_path_factory.mktemp("clone") / "heed"
    run(folder, "git", "clone", "-q", str(folder), str(target))
    assert not (target / "cached").exists()
    return target


@pytest.fixture(scope="module")
def set_up(clone: Path) -> Path:
    run(clone, sys.executable, "-c", "from heed.cli import app; app(['plots-template'])")
    return clone


@pytest.fixture(scope="module")
def page(set_up: Path) -> Path:
    run(set_up, "dvc", "plots", "diff", "HEAD~1")
    return set_up / "dvc_plots/index.html"


def test_every_network_has_its_training_curves(clone):
    """Of a model that is added to params.yaml too: no file of one model is named in dvc.yaml."""
    curves = [name for name in DRAWN if name.startswith(("Training", "Validation"))]
    assert len(curves) == 4
    models = list(yaml.safe_load((ROOT / "params.yaml").read_text())["models"])
    assert not [model for model in models if f"/{model}" in str(PLOTS)]
    curves_of = pd.read_csv(ROOT / "metrics/tables/curves.csv")
    trainings = len(curves_of[["model", "replicate"]].drop_duplicates())
    assert trainings >= len(models)
    for name in curves:
        svg = drawn(clone, name)
        texts = [element.text for element in svg.iter("{http://www.w3.org/2000/svg}text")]
        assert [text for text in texts if text in models] == models
        lines = [e for e in svg.iter() if e.get("aria-roledescription") == "line mark"]
        assert len(lines) == 2 * trainings


def drawn(clone: Path, name: str) -> ElementTree.Element:
    """One plot of both commits, as SVG."""
    text = run(clone, "dvc", "plots", "diff", "HEAD~1", "--json", "--targets", name)
    specification = json.loads(text)["data"][name][0]["content"]
    newest = vl_convert.get_vegalite_versions()[-1]
    return ElementTree.fromstring(vl_convert.vegalite_to_svg(specification, vl_version=newest))


def test_a_clone_that_is_not_set_up_has_the_template_of_dvc(clone):
    run(clone, "dvc", "plots", "show", "-o", "plain")
    assert "https://cdn" in (clone / "plain/index.html").read_text()


def test_metrics_diff(clone):
    found = json.loads(run(clone, "dvc", "metrics", "diff", "HEAD~1", "--json"))
    assert found["metrics/audit.json"]["error_rate"]["old"] == OLD
    assert found["metrics/audit.json"]["error_rate"]["new"] == NEW


def test_pages_hold_their_scripts_and_the_data_of_both_commits(page, set_up):
    html = page.read_text()
    assert str(OLD) in html
    assert str(NEW) in html
    for name in (*DRAWN, *PICTURES):
        assert re.sub("[^A-Za-z0-9-]", "_", name) in html
    assert html.count("<script>") == 1
    addresses = re.findall(r"""(?:src|href)\s*=\s*["']([^"']*)""", html)
    assert len(addresses) >= 2 * len(PICTURES)
    assert not [address for address in addresses if ":" in address or address.startswith("//")]
    run(set_up, "dvc", "plots", "show", "-o", "shown")
    shown = (set_up / "shown/index.html").read_text()
    assert str(NEW) in shown
    assert str(OLD) not in shown


def test_attributes_stand_in_the_order_of_the_file_with_a_point_for_each_commit(clone):
    name = "Error rate per attribute"
    svg = drawn(clone, name)
    texts = [element.text for element in svg.iter("{http://www.w3.org/2000/svg}text")]
    table = pd.read_csv(ROOT / "metrics/tables/errors.csv")
    models = list(table["model"].unique())
    attributes = table["attribute"].unique()
    expected = [readable(name) if name != OVERALL else "mean" for name in attributes]
    assert [text for text in texts if text in expected] == expected
    assert [text for text in texts if text in models] == models
    assert {"HEAD~1", "workspace", "Error rate", name} <= set(texts)
    points = [
        element
        for element in svg.iter()
        if element.get("aria-roledescription") == "point"
        and "attribute: Bald" in str(element.get("aria-label"))
    ]
    rules = [
        element for element in svg.iter() if element.get("aria-roledescription") == "rule mark"
    ]
    assert len(rules) == 2 * len(table)  # an interval each, of both commits
    labels = " ".join(str(point.get("aria-label")) for point in points)
    assert len(points) == 2 * len(models)
    assert labels.count(str(OLD)) == labels.count(str(NEW)) == len(models)


def test_page_is_drawn_without_any_request_beyond_its_files(page, browser):
    requests: list[str] = []
    errors: list[str] = []
    with browser.new_page() as tab:
        tab.on("request", lambda request: requests.append(request.url))
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.on("console", lambda line: errors.append(f"{line.type}: {line.text}"))
        tab.goto(page.as_uri())
        for name in DRAWN:
            mark = f"#{name.replace(' ', '_')} svg.marks .mark-symbol path"
            tab.wait_for_selector(mark, state="attached", timeout=20_000)
            assert tab.locator(mark).count() >= 4
        widths = tab.eval_on_selector_all("body img", "images => images.map(i => i.naturalWidth)")
    assert len(widths) == 2 * len(PICTURES)
    assert all(widths)
    assert not errors
    assert requests[0] == page.as_uri()
    assert all(request.startswith("file://") for request in requests)


def test_a_script_that_would_break_the_page_is_refused():
    assert "\nwindow.vegaEmbed = 1\n" in plots_template("window.vegaEmbed = 1")
    for script in ("'</script>'", "`{plot_divs}`", "{scripts}"):
        with pytest.raises(ValueError, match="cannot stand inside the page"):
            plots_template(script)


def test_the_studies_have_the_same_template(set_up, tmp_path, monkeypatch):
    shutil.copytree(set_up / ".dvc", tmp_path / ".dvc", ignore=shutil.ignore_patterns("cache"))
    shutil.copytree(set_up / ".git", tmp_path / ".git")
    shutil.copytree(ROOT / "studies/affact/.dvc", tmp_path / "studies/affact/.dvc")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["plots-template"])
    assert result.exit_code == 0, result.output
    study = tmp_path / "studies/affact"
    written = Path(run(study, "dvc", "config", "plots.html_template").strip())
    assert (study / ".dvc" / written).resolve() == tmp_path / ".dvc/tmp/plots.html"
    table = pd.read_csv(ROOT / "studies/affact/metrics/tables/baseline.csv")
    table.to_csv(study / "baseline.csv", index=False)
    plots = [{"baseline": {"x": "error", "y": {"baseline.csv": "error"}}}]
    (study / "dvc.yaml").write_text(yaml.safe_dump({"plots": plots}))
    run(study, "dvc", "plots", "show", "-o", "shown")
    assert "<title>Heed: plots</title>" in (study / "shown/index.html").read_text()


def test_a_study_draws_its_networks_with_the_audit_s_templates():
    study = ROOT / "studies/affact"
    names = [next(iter(p)) for p in yaml.safe_load((study / "dvc.yaml").read_text())["plots"]
             if isinstance(p, dict)]  # fmt: skip
    shown = json.loads(run(study, "dvc", "plots", "show", "--json", *names))["data"]
    rates = pd.read_csv(study / "metrics/tables/rates.csv")
    networks = list(rates["network"].unique())
    rows = {names[0]: rates["attribute"].eq(OVERALL), names[1]: rates["set"].eq("T")}
    for name, chosen in rows.items():
        (plot,) = shown[name]
        newest = vl_convert.get_vegalite_versions()[-1]
        svg = ElementTree.fromstring(vl_convert.vegalite_to_svg(plot["content"], vl_version=newest))
        texts = [element.text for element in svg.iter("{http://www.w3.org/2000/svg}text")]
        assert [text for text in texts if text in networks] == networks
        drawn_as = [element.get("aria-roledescription") for element in svg.iter()]
        assert drawn_as.count("point") == drawn_as.count("rule mark") == chosen.sum()


def test_template_is_written_in_the_root_of_the_repository_only(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["plots-template"])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: .dvc: no such folder here")
    (tmp_path / ".dvc").mkdir()
    (tmp_path / ".dvc/config.local").mkdir()  # DVC cannot write a file of this name
    result = CliRunner().invoke(app, ["plots-template"])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: .dvc/config.local: DVC could not write")
