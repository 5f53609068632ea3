"""The train stage on tiny crops, run, killed and resumed for real."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import yaml

from heed.audit.models import load_model
from heed.celeba.attributes import ATTRIBUTES
from heed.ledger.recorded import digest_of
from heed.networks.catalogue import build
from heed.networks.weights import load_network, save_weights
from heed.networks.weights_file import metadata_of
from stages import train
from tests.pipeline_copy import PipelineCopy
from tests.places import ROOT

SCRIPT = ROOT / "stages" / "train.py"
OUTPUTS = ("data/networks/small", "plots/training/small")
WEIGHTS = "data/networks/small/1.safetensors"
MODEL = {
    "network": "nano",
    "weights": "train",
    "pretrained": None,
    "loss": "bce",
    "weighting": "moon_sampling",
}
TRAIN = {
    "epochs": 12,
    "batch_size": 16,
    "learning_rate": 2e-3,
    "weight_decay": 0.01,
    "flip": True,
    "head_start": "prior",
    "seed": 0,
}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Inventory and crops as the stages before this one leave them."""
    root = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(0)
    sizes = {"train": 64, "validation": 16}
    faces = pd.DataFrame(
        np.where(rng.random((80, 40)) < 0.4, 1, -1).astype(np.int8), columns=list(ATTRIBUTES)
    )
    faces["image"] = [f"{row:06d}.jpg" for row in range(80)]
    (root / "crops").mkdir()
    faces.to_parquet(root / "faces.parquet", index=False)
    # Not in the order of the faces, so that only a join by name gets the labels right.
    names = rng.permutation(faces["image"])
    for partition, chosen in zip(sizes, np.split(names, [64]), strict=True):
        pd.DataFrame({"image": chosen}).to_parquet(root / "crops" / f"{partition}.parquet")
        images = rng.integers(0, 256, (len(chosen), 32, 32, 3), dtype=np.uint8)
        np.save(root / "crops" / f"{partition}.npy", images)
    return root


@pytest.fixture
def project(tmp_path, data, monkeypatch):
    """A project folder of its own; one thread, as in the subprocess."""
    shutil.copytree(data, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["train.py", "small"])
    write_params()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield tmp_path
    torch.set_num_threads(threads)


def write_params(model=(), settings=()):
    content = {"models": {"small": MODEL | dict(model)}, "train": TRAIN | dict(settings)}
    Path("params.yaml").write_text(yaml.safe_dump(content))


def output_files():
    """Everything the stage wrote, by path."""
    found = sorted(path for output in OUTPUTS for path in Path(output).rglob("*"))
    return {path.as_posix(): path.read_bytes() for path in found if path.is_file()}


def kill_after_first_checkpoint():
    """Start the stage as DVC does and end it with SIGKILL once it has something to resume."""
    process = subprocess.Popen(
        # -P: the script's folder holds a statistics.py, which would hide the standard library's.
        [sys.executable, SCRIPT, "small"],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 600
    while not list(Path("data/checkpoints").glob("small/*/*/last.ckpt")):
        assert process.poll() is None, process.communicate()[1].decode()
        assert time.monotonic() < deadline
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def test_killed_and_resumed_gives_the_same_bytes(project, capsys):
    train.main()
    whole = output_files()
    shutil.rmtree("data/checkpoints")  # or the second training would be the first
    for output in OUTPUTS:
        shutil.rmtree(output)

    kill_after_first_checkpoint()
    assert not any(Path(output).exists() for output in OUTPUTS)
    (checkpoint,) = Path("data/checkpoints").rglob("last.ckpt")
    epochs_done = torch.load(checkpoint, weights_only=True)["epoch"] + 1
    assert 1 <= epochs_done < TRAIN["epochs"]

    capsys.readouterr()
    train.main()
    assert output_files() == whole
    out, err = capsys.readouterr()
    assert out.startswith("train small: 12 epochs on 64 faces; validation error ")
    assert len(out.splitlines()) == 1
    assert f"{epochs_done * 64}/768" in err  # the progress line starts where the killed run stopped


def test_replicates_differ_in_their_seed_alone(project, capsys):
    """And one that was finished when the stage was killed is not trained again."""
    write_params(settings={"epochs": 1}, model={"replicates": 2})
    train.main()
    both = output_files()
    assert both["data/networks/small/1.safetensors"] != both["data/networks/small/2.safetensors"]
    assert "train small 2: 1 epochs on 64 faces; " in capsys.readouterr().out
    shutil.rmtree("data/checkpoints")
    for seed, name in ((0, "1"), (1, "2")):
        write_params(settings={"epochs": 1, "seed": seed})
        train.main()
        assert (
            output_files()["data/networks/small/1.safetensors"]
            == both[f"data/networks/small/{name}.safetensors"]
        )
    # The first one's checkpoint is that of replicate 1: it is taken over, byte for byte.
    shutil.rmtree("data/checkpoints/small/1")
    write_params(settings={"epochs": 1})
    train.main()
    (checkpoint,) = Path("data/checkpoints").rglob("last.ckpt")
    written = checkpoint.stat().st_mtime_ns
    for output in OUTPUTS:
        shutil.rmtree(output)
    write_params(settings={"epochs": 1}, model={"replicates": 2})
    train.main()
    assert output_files() == both
    assert checkpoint.stat().st_mtime_ns == written, "replicate 1 was trained again"


def test_a_finished_training_is_taken_over_until_dvc_has_recorded_it(project, capsys):
    """DVC may be killed between the end of the training and its own record of it."""
    write_params(settings={"epochs": 2})
    train.main()
    whole, (checkpoint,) = output_files(), Path("data/checkpoints").rglob("last.ckpt")
    written = checkpoint.stat().st_mtime_ns
    for output in OUTPUTS:
        shutil.rmtree(output)
    capsys.readouterr()
    train.main()
    assert output_files() == whole
    assert checkpoint.stat().st_mtime_ns == written, "an epoch was trained again"
    assert capsys.readouterr().out.startswith("train small: 2 epochs on 64 faces;")

    outs = [{"path": OUTPUTS[0], "md5": digest_of(OUTPUTS[0])}]
    Path("dvc.lock").write_text(yaml.safe_dump({"stages": {"train@small": {"outs": outs}}}))
    train.main()
    assert output_files() == whole
    assert checkpoint.stat().st_mtime_ns > written, "nothing was trained anew"


@pytest.fixture(scope="module")
def audit(tmp_path_factory):
    """The audit up to its first training, in a repository of DVC and git."""
    few = {
        "synthetic": {"train": 24, "validation": 8, "test": 6},
        "crop": {"size": 64},
        "causal": {"cells": 2},
        "train": {"epochs": 1, "batch_size": 8},
    }
    audit = PipelineCopy(tmp_path_factory.mktemp("audit"), ".", few)
    assert "train@balanced" in audit.reproduce("train@balanced")
    return audit


def in_audit(audit):
    """The weights, and the files of the curves, by path."""
    files = [audit.folder / "data/networks/balanced/1.safetensors"]
    files += [path for path in (audit.folder / "plots/training").rglob("*") if path.is_file()]
    return {path.relative_to(audit.folder): path.read_bytes() for path in files}


def test_a_parameter_that_is_changed_back_trains_nothing(audit):
    first = in_audit(audit)
    audit.change("train", "seed", 1)
    assert audit.reproduce("train@balanced") == {"inventory", "train@balanced"}
    assert in_audit(audit) != first
    audit.change("train", "seed", 0)
    assert audit.reproduce("train@balanced") == {"inventory"}
    assert in_audit(audit) == first
    # The curves stay files of git, so that a clone without cache has them.
    command = ["git", "check-ignore", "plots/training/balanced/1/metrics.json"]
    assert subprocess.run(command, cwd=audit.folder, check=False).returncode == 1
    assert not (audit.folder / "plots/training/balanced/1/metrics.json").is_symlink()


def test_what_dvc_has_recorded_and_is_forced_trains_anew_even_without_a_commit(audit):
    shutil.rmtree(audit.folder / ".git")
    subprocess.run(["git", "init", "-q"], cwd=audit.folder, check=True)
    written, first = last_checkpoint(audit), in_audit(audit)
    assert audit.reproduce("--force", "--single-item", "train@balanced") == {"train@balanced"}
    assert last_checkpoint(audit) > written, "nothing was trained anew"
    assert in_audit(audit) == first


def test_a_models_own_settings_and_a_training_of_its_own_seed(project):
    """They are those of a group of these values, to the byte; nulls take the group's."""
    write_params(settings={"epochs": 1, "seed": 3})
    train.main()
    expected = output_files()
    write_params(model={"train": {"epochs": 1, "seed": 3, "flip": None}})
    checkpoints = sorted(Path("data/checkpoints").glob("small/1/*"))
    train.main()
    assert output_files() == expected
    same_training = sorted(Path("data/checkpoints").glob("small/1/*")) == checkpoints
    assert same_training
    write_params(settings={"epochs": 1})
    train.main()
    assert output_files()[WEIGHTS] != expected[WEIGHTS]


@pytest.mark.parametrize("weighting", ["none", "moon_expectation"])
@pytest.mark.parametrize("loss", ["mse", "bce"])
def test_the_head_starts_at_the_prior(project, loss, weighting, monkeypatch):
    """Before the first step every face gets the majority guess, or no answer where classes weigh
    alike; the trunk starts as it does without."""
    started = []
    monkeypatch.setattr(train, "train", lambda network, *_, **__: started.append(network) or 1 / 0)
    for head_start in ("random", "prior"):
        settings = {"head_start": head_start, "flip": False}
        write_params({"loss": loss, "weighting": weighting}, settings)
        with pytest.raises(ZeroDivisionError):
            train.main()
    random, prior = started
    training = train.labelled_crops("train")
    logits = prior.eval()(torch.rand(2, 3, 32, 32))
    torch.testing.assert_close(logits[0], logits[1])
    share = (training.labels > 0).mean(axis=0)
    expected = {
        ("mse", "none"): 2 * share - 1,
        ("bce", "none"): np.log(share / (1 - share)),
    }.get((loss, weighting), np.zeros(40))
    np.testing.assert_allclose(logits[0].detach(), expected, atol=1e-6)
    assert not torch.equal(random.head.attributes.bias, prior.head.attributes.bias)
    for one, other in zip(random.trunk.parameters(), prior.trunk.parameters(), strict=True):
        assert torch.equal(one, other)


def last_checkpoint(audit):
    """When the latest checkpoint of any training of the model was written, ns."""
    checkpoints = audit.folder.glob("data/checkpoints/balanced/1/*/last.ckpt")
    return max(file.stat().st_mtime_ns for file in checkpoints)


def test_weights_are_the_networks_own(project):
    write_params(settings={"epochs": 1})
    train.main()
    network = load_network(WEIGHTS)
    assert network.name == "nano"
    metrics = json.loads(Path(OUTPUTS[1], "1/metrics.json").read_text())
    assert metrics["step"] == 1
    assert 0 < metrics["validation"]["error_rate"] < 1


def test_another_parameter_does_not_resume(project):
    write_params(settings={"epochs": 1})
    train.main()
    first = output_files()
    write_params(settings={"epochs": 1, "seed": 1})
    train.main()
    assert output_files().keys() == first.keys()
    assert output_files()[WEIGHTS] != first[WEIGHTS]


def test_an_attribute_of_one_class_is_named(project, capsys):
    faces = pd.read_parquet("data/faces.parquet")
    faces["Bald"] = np.int8(-1)
    faces.to_parquet("data/faces.parquet", index=False)
    write_params(settings={"epochs": 1}, model={"weighting": "moon_expectation"})
    train.main()
    err = capsys.readouterr().err
    assert "train small: warning: Bald has one class only among the 64 training images" in err
    assert all(torch.isfinite(tensor).all() for tensor in load_network(WEIGHTS).parameters())


def test_given_weights_are_taken_over(project, capsys):
    network = build("nano", 40).eval()
    save_weights(network, "given.safetensors")
    write_params({"weights": "given.safetensors"})
    shutil.rmtree("data")  # neither crops nor labels are read
    train.main()
    assert Path(WEIGHTS).read_bytes() == Path("given.safetensors").read_bytes()
    assert list(output_files()) == [WEIGHTS, "plots/training/small/1/metrics.json"]
    assert capsys.readouterr().out == "train small: took over given.safetensors\n"


def test_given_weights_of_another_network(project):
    save_weights(build("nano", 40), "given.safetensors")
    write_params({"weights": "given.safetensors", "network": "affact"})
    with pytest.raises(
        ValueError,
        match=r"models\.small\.weights: given\.safetensors .* nano, but .*network is affact",
    ):
        train.main()
    assert not Path(OUTPUTS[0]).exists()


def test_given_weights_that_are_missing(project):
    write_params({"weights": "nowhere.safetensors"})
    with pytest.raises(ValueError, match=r"nowhere\.safetensors: no such file"):
        train.main()


def test_only_torchvisions_networks_start_from_pretrained_weights(project):
    save_file = pytest.importorskip("safetensors.torch").save_file
    save_file({"conv1.weight": torch.zeros(1)}, "imagenet.safetensors", {"network": "resnet50"})
    write_params({"pretrained": "imagenet.safetensors"})
    with pytest.raises(ValueError, match="nano cannot start from pretrained weights"):
        train.main()


@pytest.fixture
def own_network(project, monkeypatch):
    """A function of one's own in the working folder, whose network comes with its weights."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    Path("trained_nets.py").write_text(
        "import torch\nfrom torch import nn\n\n"
        "def make(outputs):\n"
        "    with torch.random.fork_rng():\n"
        "        torch.manual_seed(7)\n"
        "        return nn.Sequential(nn.Conv2d(3, 4, 5, 4), nn.ReLU(), nn.Flatten(),\n"
        "                             nn.Linear(4 * 49, outputs))\n"
    )
    yield "python:trained_nets:make"
    sys.modules.pop("trained_nets", None)


def test_networks_that_are_not_heeds_own_are_trained_as_others_are(own_network, capsys):
    for network in ("torchvision:resnet18", own_network):
        write_params(model={"network": network}, settings={"epochs": 1})
        train.main()
        first = output_files()
        said = metadata_of(WEIGHTS)
        assert (said["network"], said["layer"]) == (network, "auto")
        assert ("source" in said) == network.startswith("python:")
        found = load_network(WEIGHTS, 40, run_python=True)
        assert torch.isfinite(found(torch.rand(2, 3, 32, 32))).all()
        shutil.rmtree("data/checkpoints")
        train.main()
        assert output_files() == first
        assert "1 epochs on 64 faces" in capsys.readouterr().out
        shutil.rmtree("data/checkpoints")


def test_their_heads_start_at_the_prior_where_they_can(own_network, capsys):
    images, crops = torch.rand(3, 3, 32, 32), train.labelled_crops("train")
    prior = torch.linspace(-1, 1, 40)
    for network in (own_network, "torchvision:squeezenet1_1"):
        write_params(model={"network": network})
        model = load_model("small")
        found = train.initial(model, 0, prior, crops, "train small").eval()(images)
        assert torch.allclose(found, prior.expand(3, 40), atol=1e-6) == (network == own_network)
        told = "train small: warning: torchvision:squeezenet1_1 does not end in a linear layer"
        assert (told in capsys.readouterr().err) == (network != own_network)


def test_the_weights_that_a_function_gives_its_network_are_taken_over(own_network, capsys):
    write_params(model={"network": own_network, "weights": "own", "layer": "0"})
    train.main()
    assert "took over the weights that python:trained_nets:make gives" in capsys.readouterr().out
    assert metadata_of(WEIGHTS)["layer"] == "0"
    first = Path(WEIGHTS).read_bytes()
    Path("trained_nets.py").write_text(Path("trained_nets.py").read_text() + "\n# a remark")
    train.main()
    # Other code: what follows runs again, though the weights are the same.
    assert Path(WEIGHTS).read_bytes() != first


def test_the_layer_of_the_maps_is_no_part_of_a_training(own_network):
    folders = []
    for layer in (None, "0"):
        write_params(model={"network": own_network, "layer": layer}, settings={"epochs": 1})
        train.main()
        (folder,) = Path("data/checkpoints").rglob("last.ckpt")
        folders.append(folder)
    assert folders[0] == folders[1]
