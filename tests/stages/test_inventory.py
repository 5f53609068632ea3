import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
from PIL import Image

from heed.audit.partitions import read_needed
from heed.base.settings import ParamsError
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.inventory import take_inventory
from heed.celeba.kinds import LANDMARK_KIND
from heed.celeba.landmark_checks import ALIGNED_EYES, ALIGNED_SIZE
from heed.celeba.messages import CelebAError
from heed.networks.catalogue import build
from heed.networks.weights import save_weights
from stages import inventory
from tests.places import ROOT

REPOSITORY = ROOT
FACE = [*map(int, (*ALIGNED_EYES[0], *ALIGNED_EYES[1])), 88, 136, 70, 151, 107, 152]


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A working folder with the repository's own parameters, set to three aligned faces."""
    params = yaml.safe_load((REPOSITORY / "params.yaml").read_text())
    params["data"] |= {"source": "celeba", "root": "faces", "images": "aligned"}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params))
    (tmp_path / "faces/img_align_celeba").mkdir(parents=True)
    rows: dict[str, list[str]] = {"attr": [], "landmarks_align": [], "partition": []}
    for number in range(3):
        name = f"{number}.jpg"
        Image.new("RGB", ALIGNED_SIZE).save(tmp_path / "faces/img_align_celeba" / name)
        rows["attr"].append(" ".join([name, *["1"] * 40]))
        rows["landmarks_align"].append(" ".join([name, *map(str, FACE)]))
        rows["partition"].append(f"{name} {number}")
    rows["attr"].insert(0, " ".join(ATTRIBUTES))
    rows["landmarks_align"].insert(0, " ".join(LANDMARK_KIND.columns))
    for key, stem in (
        ("attr", "list_attr_celeba"),
        ("landmarks_align", "list_landmarks_align_celeba"),
        ("partition", "list_eval_partition"),
    ):
        (tmp_path / f"faces/{stem}.txt").write_text("\n".join(rows[key]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_writes_the_table_and_one_line(project, capsys):
    inventory.main()
    table = pd.read_parquet("data/faces.parquet")
    expected = take_inventory("faces", "aligned").table
    assert table["identity"].isna().all()
    pd.testing.assert_frame_equal(table, expected, check_dtype=False)
    same = table.columns.drop("identity")  # whole numbers or missing: pandas reads floats
    pd.testing.assert_frame_equal(table[same], expected[same])
    assert capsys.readouterr().out == "inventory: 3 faces: 1 train, 1 validation, 1 test\n"


def test_same_faces_same_bytes(project):
    inventory.main()
    first = Path("data/faces.parquet").read_bytes()
    inventory.main()
    assert Path("data/faces.parquet").read_bytes() == first


def test_script_says_what_is_wrong_and_leaves_the_old_table(project):
    inventory.main()
    first = Path("data/faces.parquet").read_bytes()
    Path("faces/img_align_celeba/1.jpg").unlink()
    script = REPOSITORY / "stages/inventory.py"
    run = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert (
        "line 3: found no image of the partition validation in faces/img_align_celeba" in run.stderr
    )
    assert Path("data/faces.parquet").read_bytes() == first
    written = {path.name for path in Path("data").iterdir()}
    assert written == {
        "contents.json",
        "faces.parquet",
        "headers.parquet",
        "inventory.json",
        "partitions.json",
        "weights",
    }


def test_imagenet_weights_that_are_missing_are_refused_before_any_training(project):
    params = yaml.safe_load(Path("params.yaml").read_text())
    params["models"]["balanced"] |= {"network": "resnet51", "pretrained": "weights/r.safetensors"}
    Path("params.yaml").write_text(yaml.safe_dump(params))
    command = r"resnet50-19c8e357\.pth --network resnet50 -o weights/r\.safetensors"
    with pytest.raises(ParamsError, match=rf"models\.balanced\.pretrained: .*{command}"):
        inventory.main()
    assert not Path("data").exists() or not list(Path("data").iterdir())


def imported_by_the_inventory() -> set[str]:
    """The packages that a run of the stage imports."""
    code = (
        "import sys; from stages import inventory; inventory.main(); "
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": os.pathsep.join(map(str, (REPOSITORY, REPOSITORY / "src")))},
    )
    return set(run.stdout.split())


HEAVY = {"torch", "torchvision", "scipy", "sklearn", "cv2", "zarr", "matplotlib"}


def test_needs_no_heavy_package(project):
    """It runs at every ``dvc repro``: what takes seconds to import must stay out."""
    assert not HEAVY & imported_by_the_inventory()


def name_weights(**changes) -> None:
    params = yaml.safe_load(Path("params.yaml").read_text())
    params["models"]["balanced"] |= changes
    Path("params.yaml").write_text(yaml.safe_dump(params))


def test_weights_are_opened_once(project):
    """Known by their content: another file of the same name, or another network, is opened."""
    save_weights(build("nano", 40), "own.safetensors")
    name_weights(weights="own.safetensors")
    assert "torch" in imported_by_the_inventory()
    noted = Path("data/weights/balanced.json").read_bytes()
    assert not HEAVY & imported_by_the_inventory()
    assert Path("data/weights/balanced.json").read_bytes() == noted
    save_weights(build("nano", 40), "own.safetensors")
    assert "torch" in imported_by_the_inventory()
    assert Path("data/weights/balanced.json").read_bytes() != noted
    name_weights(network="nano_ext")
    with pytest.raises(ParamsError, match=r"own\.safetensors holds the weights of nano, but"):
        inventory.main()
    assert Path("data/weights/balanced.json").read_bytes() != noted


def test_named_weights_are_noted_by_their_content(project):
    name_weights(weights="own.safetensors")
    with pytest.raises(ParamsError, match=r"models\.balanced\.weights: own\.safetensors: found no"):
        inventory.main()
    noted = []
    for _ in range(2):
        save_weights(build("nano", 40), "own.safetensors")
        inventory.main()
        noted.append(Path("data/weights/balanced.json").read_text())
    assert noted[0] != noted[1]
    digest = hashlib.sha256(Path("own.safetensors").read_bytes()).hexdigest()
    assert digest in noted[1]
    assert "null" in Path("data/weights/unbalanced.json").read_text()


def test_weights_in_disorder_leave_nothing_behind(project):
    Path("own.safetensors").write_bytes(b"no weights")
    name_weights(weights="own.safetensors")
    with pytest.raises(ParamsError, match=r"models\.balanced\.weights: own\.safetensors: is not a"):
        inventory.main()
    assert not Path("data").exists()


def test_what_only_a_training_has_means_nothing_beside_given_weights(project):
    save_weights(build("nano", 40), "own.safetensors")
    name_weights(weights="own.safetensors", pretrained="nowhere.safetensors")
    inventory.main()
    assert json.loads(Path("data/weights/balanced.json").read_text())["pretrained"] is None


def test_the_data_may_lie_at_home(project, monkeypatch):
    (project / "home").mkdir()
    (project / "faces").rename(project / "home/Größe (1)")
    monkeypatch.setenv("HOME", str(project / "home"))
    params = yaml.safe_load(Path("params.yaml").read_text())
    params["data"]["root"] = "~/Größe (1)"
    Path("params.yaml").write_text(yaml.safe_dump(params, allow_unicode=True))
    inventory.main()
    assert len(pd.read_parquet("data/faces.parquet")) == 3


@pytest.mark.parametrize("audited", ["test", "validation", "train"])
def test_given_weights_need_the_audited_partition_alone(project, capsys, audited):
    save_weights(build("nano", 40), "own.safetensors")
    params = yaml.safe_load(Path("params.yaml").read_text())
    for model in params["models"].values():
        model |= {"weights": "own.safetensors"}
    params["frontal"]["partition"] = audited
    Path("params.yaml").write_text(yaml.safe_dump(params))
    code = ["train", "validation", "test"].index(audited)
    rows = "".join(f"{number}.jpg {code}\n" for number in range(3))
    Path("faces/list_eval_partition.txt").write_text(rows)
    inventory.main()
    assert read_needed("data/partitions.json") == (audited,)
    assert f"3 {audited}" in capsys.readouterr().out
    first = Path("data/partitions.json").read_bytes()
    inventory.main()
    assert Path("data/partitions.json").read_bytes() == first
    params["models"]["balanced"]["weights"] = "train"
    Path("params.yaml").write_text(yaml.safe_dump(params))
    with pytest.raises(ValueError, match="partition"):
        inventory.main()


def set_data(**values) -> None:
    params = yaml.safe_load(Path("params.yaml").read_text())
    params["data"] |= values
    Path("params.yaml").write_text(yaml.safe_dump(params))


@pytest.mark.parametrize("missing", ["stop", "skip"])
def test_why_training_images_are_needed_is_said(project, missing):
    params = yaml.safe_load(Path("params.yaml").read_text())
    params["data"]["missing"] = missing
    Path("params.yaml").write_text(yaml.safe_dump(params))
    (project / "faces/img_align_celeba/0.jpg").unlink()
    expected = (
        r"Unpack the train images: models\.balanced and models\.unbalanced have "
        r"weights: train, .*; give all models weights to audit test images alone\.$"
    )
    with pytest.raises(CelebAError, match=expected):
        inventory.main()
    (project / "faces/list_attr_celeba.txt").unlink()
    with pytest.raises(CelebAError) as caught:
        inventory.main()
    assert "weights: train" not in str(caught.value)


def test_an_unchanged_table_is_left_alone(project):
    inventory.main()
    path = Path("data/faces.parquet")
    pq.write_table(pq.read_table(path), path, compression="gzip")  # as another release might
    content = path.read_bytes()
    inventory.main()
    assert path.read_bytes() == content


def test_headers_are_read_once(project):
    inventory.main()
    path = Path("faces/img_align_celeba/1.jpg")
    status = path.stat()
    path.write_bytes(bytes(status.st_size))
    os.utime(path, ns=(0, status.st_mtime_ns))
    inventory.main()


def test_missing_images(project, capsys):
    set_data(missing="skip")
    faces = Path("faces")
    shutil.copy(faces / "img_align_celeba/2.jpg", faces / "img_align_celeba/3.jpg")
    for path, row in (
        ("list_attr_celeba.txt", " ".join(["3.jpg", *["1"] * 40])),
        ("list_landmarks_align_celeba.txt", " ".join(["3.jpg", *map(str, FACE)])),
        ("list_eval_partition.txt", "3.jpg 2"),
    ):
        with (faces / path).open("a") as file:
            file.write(f"\n{row}\n")
    (faces / "img_align_celeba/3.jpg").unlink()
    inventory.main()
    assert "3 faces: 1 train, 1 validation, 1 test; left out 1 annotated" in capsys.readouterr().out


def test_landmark_size(project, capsys):
    for path in Path("faces/img_align_celeba").iterdir():
        Image.new("RGB", (89, 109)).save(path)
    with pytest.raises(CelebAError, match=r"found 0\.jpg of 89x109 pixels, and 3 of 3 images so"):
        inventory.main()
    set_data(landmark_size="178x218")
    inventory.main()
    assert "; landmarks scaled from 178x218 to 89x109\n" in capsys.readouterr().out
    assert pd.read_parquet("data/faces.parquet")["aligned_lefteye_x"][0] == (69 + 0.5) / 2 - 0.5
