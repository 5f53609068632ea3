"""The study's script that searches, on a few pictures of noise, and what it leaves for training."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from PIL import Image

from heed.base.settings import ParamsError
from heed.celeba.attributes import ATTRIBUTES
from heed.networks.catalogue import build
from heed.networks.weights import save_weights
from heed.search.adopt import adopted, entry_text
from heed.search.study import Study
from heed.search.trials import COLUMNS
from tests.places import ROOT

STUDY = ROOT / "studies" / "affact"
RESULTS = (
    "metrics/search/trials.csv",
    "metrics/search/best.yaml",
    "plots/search/parallel_coordinates.png",
    "data/figures/search/parallel_coordinates.pdf",
)


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"affact_{name}", STUDY / f"stages/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(name: str, *arguments: str) -> None:
    before = sys.argv
    sys.argv = [f"{name}.py", *arguments]
    try:
        script(name).main()
    finally:
        sys.argv = before


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A folder like the study's, with 24 + 8 faces, in which a search of 3 trials has run."""
    root = tmp_path_factory.mktemp("study")
    generator = np.random.default_rng(0)
    count = 32
    faces = pd.DataFrame(
        np.where(generator.random((count, 40)) < 0.4, 1, -1).astype(np.int8),
        columns=list(ATTRIBUTES),
    )
    faces["image"] = [f"{row:06d}.png" for row in range(count)]
    faces["path"] = faces["image"]
    faces["partition"] = [0] * 24 + [1] * 8
    points = {"lefteye": (24, 26), "righteye": (40, 26), "nose": (32, 34)}
    points |= {"leftmouth": (26, 42), "rightmouth": (38, 42)}
    for name, (x, y) in points.items():
        faces[f"wild_{name}_x"], faces[f"wild_{name}_y"] = float(x), float(y)
    (root / "data").mkdir()
    faces.to_parquet(root / "data/faces.parquet")
    for name in faces["image"]:
        pixels = generator.integers(0, 255, (64, 64, 3), np.uint8)
        Image.fromarray(pixels).save(root / "data" / name)
    text = (STUDY / "params.yaml").read_text()
    values = yaml.safe_load(text)
    base = values["networks"]["affact"]
    base["training"] |= {"epochs": 2, "batch_size": 16}
    text = adopted(text, "networks", "affact", base, "for a test")
    space = values["search"]["space"] | {"epochs": {"low": 1, "high": 2}}
    search = values["search"] | {"base": "affact", "trials": 3, "faces": None, "space": space}
    text = text[: text.index("\nsearch:")] + "\n" + yaml.safe_dump({"search": search})
    text = text.replace("root: data/synthetic", "root: data").replace("size: 224", "size: 32")
    (root / "params.yaml").write_text(text)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        run("search")
    yield root
    torch.set_num_threads(threads)


@pytest.fixture(autouse=True)
def inside(project, monkeypatch):
    monkeypatch.chdir(project)


def trials() -> pd.DataFrame:
    return pd.read_csv("metrics/search/trials.csv")


def test_the_table_has_the_trials_and_the_default_is_the_first() -> None:
    table = trials()
    assert tuple(table.columns) == COLUMNS
    assert list(table["number"]) == [0, 1, 2]
    training = yaml.safe_load(Path("params.yaml").read_text())["networks"]["affact"]["training"]
    for name in ("batch_size", "optimizer", "learning_rate", "schedule", "epochs"):
        assert table.loc[0, name] == training[name]


def test_a_finished_search_runs_nothing_and_writes_the_same_bytes(capfd) -> None:
    before = [Path(name).read_bytes() for name in RESULTS]
    for name in RESULTS:
        Path(name).unlink()
    run("search")
    assert [Path(name).read_bytes() for name in RESULTS] == before
    assert "images/s" not in capfd.readouterr().err


def test_the_best_is_written_as_params_and_trains_to_its_error() -> None:
    before = Path("params.yaml").read_text()
    run("search", "--adopt", "searched")
    after = Path("params.yaml").read_text()
    lines = iter(after.splitlines())
    assert all(line in lines for line in before.splitlines())  # in this order, comments and all
    table = trials().query("state == 'complete'")
    best = table.sort_values("error").iloc[0]
    entry = yaml.safe_load(after)["networks"]["searched"]
    assert entry["training"]["learning_rate"] == pytest.approx(best["learning_rate"], rel=1e-11)
    assert entry["training"]["epochs"] == best["epochs"]

    # As the inventory notes them, which comes before every training.
    transforms = yaml.safe_load(after)["augmentation"]
    note = Path("data/augmentation/searched.json")
    note.parent.mkdir()
    note.write_text(json.dumps({"augmentation": transforms if entry["augment"] else None}))
    Path("data/contents.json").write_text('{"sha256": null}')
    run("train", "searched")
    assert Path("data/networks/searched.safetensors").is_file()
    curves = Path("plots/training/searched/plots/metrics/validation")
    loss, error = (
        pd.read_csv(curves / f"{name}.tsv", sep="\t")[name] for name in ("loss", "error_rate")
    )
    assert error[loss.idxmin()] == best["error"]  # of the weights that are kept


def test_what_is_missing_is_named(tmp_path, monkeypatch) -> None:
    (tmp_path / "params.yaml").write_text(Path("params.yaml").read_text())
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"data/faces\.parquet: .* `dvc repro inventory`"):
        run("search")
    with pytest.raises(FileNotFoundError, match=r"best\.yaml: .* run stages/search\.py first"):
        run("search", "--adopt", "searched")


def test_a_part_of_the_faces_is_the_same_each_time() -> None:
    stage = script("search")
    params = stage.load(stage.SearchParams)
    few = params.model_copy(update={"faces": 5, "validation_faces": 3})
    faces = stage.chosen_faces(few)
    assert list(faces["partition"].value_counts(sort=False)) == [5, 3]
    pd.testing.assert_frame_equal(stage.chosen_faces(few), faces)
    other = stage.chosen_faces(few.model_copy(update={"seed": 1}))
    assert set(other["image"]) != set(faces["image"])
    assert len(stage.chosen_faces(params)) == 32
    names = [stage.identity(p, *stage.dependencies(p, base_of(stage))) for p in (params, few)]
    assert len(set(names)) == 2


def test_what_decides_no_pixel_and_no_weight_begins_no_new_search(monkeypatch) -> None:
    stage = script("search")
    params, base = stage.load(stage.SearchParams), base_of(stage)
    mirror = stage.load(stage.AugmentationParams).mirror.model_copy(update={"enabled": False})
    name = stage.identity(params, *stage.dependencies(params, base))
    load = stage.load

    def changed(kind, **changes):
        monkeypatch.setattr(
            stage, "load", lambda k: load(k).model_copy(update=changes if k is kind else {})
        )
        return stage.identity(params, *stage.dependencies(params, base))

    assert changed(stage.DataParams, images="aligned") != name
    assert changed(stage.CropParams, size=64) != name
    assert base.augment
    assert changed(stage.AugmentationParams, mirror=mirror) != name
    published, plain = (
        base.model_copy(update=update)
        for update in ({"published": "resnet51s"}, {"augment": False})
    )
    monkeypatch.setattr(stage, "load", load)
    assert stage.identity(params, *stage.dependencies(params, published)) == name
    base = plain
    name = changed(stage.CropParams)
    assert changed(stage.AugmentationParams, mirror=mirror) == name


def test_another_content_of_the_photographs_begins_a_new_search(monkeypatch, tmp_path) -> None:
    """Where contents are asked for, as in the stage train."""
    stage = script("search")
    params, base = stage.load(stage.SearchParams), base_of(stage)
    monkeypatch.setattr(stage, "CONTENTS", tmp_path / "contents.json")

    def named(verify: str, content: str) -> str:
        stage.CONTENTS.write_text(content)
        data = stage.load(stage.DataParams).model_copy(update={"verify": verify})
        with monkeypatch.context() as patch:
            patch.setattr(stage, "load", lambda k, load=stage.load: (
                data if k is stage.DataParams else load(k)))  # fmt: skip
            return stage.identity(params, *stage.dependencies(params, base))

    assert named("content", "one") != named("content", "another")
    assert named("size", "one") == named("size", "another")


def test_a_search_asks_what_still_runs_before_it_goes_on(monkeypatch) -> None:
    asked: list[int] = []

    def ask(study: Study) -> None:
        asked.append(len(study.finished()))

    def go_on(*_) -> None:
        assert asked == [3]

    monkeypatch.setattr(Study, "wait_for_signs_of_life", ask)
    stage = script("search")
    monkeypatch.setattr(stage, "run_workers", go_on)
    stage.search()


def base_of(stage: ModuleType):
    return stage.load_networks()["affact"]


def test_an_extension_is_searched_beside_networks_and_adopted_as_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree("data", tmp_path / "data", ignore=shutil.ignore_patterns("search", "networks"))
    values = yaml.safe_load(Path("params.yaml").read_text())
    values["extensions"]["affact_ext"]["training"] |= {"epochs": 1, "batch_size": 8}
    values["extensions"]["affact_ext"]["dropout"] = 0.2
    start = {"start": "affact", "new_layer": "random"}
    space = values["search"]["space"] | {"network": {"nano": None, "nano_ext": start}}
    values["search"] |= {"base": "affact_ext", "trials": 2, "space": space}
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text(yaml.safe_dump(values, sort_keys=False))
    with pytest.raises(FileNotFoundError, match=r"affact\.safetensors: .* train@affact`"):
        run("search")
    torch.manual_seed(1)
    save_weights(build("nano", 40), "data/networks/affact.safetensors")
    run("search")
    table = trials()
    assert list(table["state"]) == ["complete", "complete"]
    assert table.loc[0, "network"] == "nano_ext"
    first = script("search").dependencies(*script("search").load_search())
    torch.manual_seed(2)
    save_weights(build("nano", 40), "data/networks/affact.safetensors")
    assert script("search").dependencies(*script("search").load_search()) != first

    torch.manual_seed(1)
    save_weights(build("nano", 40), "data/networks/affact.safetensors")
    table.loc[1, "error"] = 1.0  # trial 0 is the best
    entry = script("search").entry_of(
        script("search").choice_in(table, 0), *script("search").load_search()
    )
    Path("metrics/search/best.yaml").write_text(entry_text("searched", entry, "a trial"))
    with pytest.raises(ParamsError, match="found affact in networks, and the best setting is one"):
        run("search", "--adopt", "affact")
    run("search", "--adopt", "further")
    entry = yaml.safe_load(Path("params.yaml").read_text())["extensions"]["further"]
    assert {key: entry[key] for key in start} == start
    transforms = yaml.safe_load(Path("params.yaml").read_text())["augmentation"]
    Path("data/augmentation").mkdir(exist_ok=True)
    Path("data/augmentation/further.json").write_text(json.dumps({"augmentation": transforms}))
    Path("data/contents.json").write_text('{"sha256": null}')
    run("train", "further")
    curves = Path("plots/training/further/plots/metrics/validation")
    loss, error = (
        pd.read_csv(curves / f"{name}.tsv", sep="\t")[name] for name in ("loss", "error_rate")
    )
    assert error[loss.idxmin()] == table.loc[0, "error"]  # the very training of the trial
