"""A training that learns four persons, is killed, and comes to the same bytes."""

import os
from pathlib import Path

import numpy as np
import pytest
import torch

from heed.base.errors import InputError
from heed.recognition.division import divide_images
from heed.recognition.images import FaceImages
from heed.recognition.networks import new_face_network
from heed.recognition.pairs import Pairs, drawn_pairs
from heed.recognition.penultimate import features_of, identification_accuracy
from heed.recognition.settings import FaceNetworkParams, FaceTrainingParams
from heed.recognition.trainer import train_identities
from heed.recognition.verification import verify
from heed.training.failures import DivergedError
from tests.forked_scripts import ForkedScript
from tests.recognition.persons import NAMES, folder_of_persons

SETTINGS = FaceTrainingParams(
    side=36, crop=32, grey=0.2, held_out=0.25, epochs=6, batch_size=8, learning_rate=0.05,
    momentum=0.9, weight_decay=0.0, schedule="constant",
    plateau={"factor": 0.1, "patience": 0, "cooldown": 0},
    keep="best_verification", precision="32-true",optimizer="sgd",
)  # fmt: skip
PLAN = FaceNetworkParams(plan="small_residual", width=8, depth=1)


def inputs(root: Path, settings=SETTINGS):
    """Images of four persons to train on and to identify, and of the same ones to verify."""
    paths = sorted(root.glob("*/*.jpg"))
    division = divide_images([path.parent.name for path in paths], settings.held_out, seed=0)

    def images(rows, **more):
        chosen = [paths[row] for row in rows]
        sizes = {"side": settings.side, "crop": settings.crop}
        return FaceImages(chosen, division.classes[rows], **sizes, **more)

    training = images(division.training_rows, grey=settings.grey, seed=0)
    every = images(range(len(paths)))
    pairs = drawn_pairs(division.classes, 2, 6, seed=0)
    return training, images(division.held_out_rows), every, pairs


def trained(root: Path, folder: Path, settings=SETTINGS, network=None):
    torch.manual_seed(0)
    network = network or new_face_network(PLAN, len(NAMES))
    found = train_identities(
        network, *inputs(root, settings), settings=settings, seed=0, folder=folder,
        loader_workers=0,
    )  # fmt: skip
    return network, found


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return folder_of_persons(tmp_path_factory.mktemp("persons"), each=12)


@pytest.fixture(autouse=True)
def _one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def test_four_persons_are_learnt_and_the_best_epoch_is_kept(root, tmp_path):
    network, found = trained(root, tmp_path / "run")
    assert not network.training
    assert len(found.curves) == SETTINGS.epochs
    errors = [point["verification/error_rate"] for point in found.curves]
    losses = [point["validation/loss"] for point in found.curves]
    assert found.epoch == 1 + int(np.lexsort([losses, errors])[0])  # of equal errors by the loss
    _, held_out, every, pairs = inputs(root)
    _, answers = features_of(network, held_out)
    assert identification_accuracy(answers, held_out.classes) >= 0.9
    at_best = found.curves[found.epoch - 1]
    assert np.mean(answers != held_out.classes) == pytest.approx(
        at_best["validation/error_rate"], abs=1e-6
    )
    features, _ = features_of(network, every)
    assert 1 - verify(features, pairs).accuracy == pytest.approx(min(errors), abs=1e-6)
    assert (tmp_path / "run/curves/plots/metrics/verification/error_rate.tsv").is_file()


def test_the_last_epoch_is_kept_where_it_is_asked_for(root, tmp_path):
    settings = SETTINGS.model_copy(update={"keep": "last", "epochs": 2})
    network, found = trained(root, tmp_path, settings)
    assert found.epoch == 2
    state = torch.load(tmp_path / "last.ckpt", weights_only=True)["state_dict"]
    for key, value in network.state_dict().items():
        torch.testing.assert_close(value, state[f"network.{key}"], rtol=0, atol=0)


SCRIPT = '''
import json, os, signal, sys
from pathlib import Path

import dvc.repo  # which DVCLive would import in every process
import torch

from heed.recognition.networks import new_face_network
from heed.recognition.settings import FaceNetworkParams
from tests.recognition.test_trainer import SETTINGS, trained


def run(folder, settings, plan, batch):
    """Train in a process of its own that ends with SIGKILL in a batch; returns how it ended."""
    child = os.fork()
    if child == 0:
        torch.manual_seed(0)
        network = new_face_network(plan, 4)
        left = [batch]

        def count(module, given):
            if module.training:
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left[0] -= 1

        network.head.register_forward_pre_hook(count)
        network, found = trained(Path(sys.argv[1]), folder, settings, network)
        torch.save(network.state_dict(), folder / "weights")
        (folder / "points").write_text(json.dumps([found.epoch, found.curves]))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    torch.set_num_threads(1)
    plain = FaceNetworkParams(plan="small_plain", width=4, depth=1)  # with dropout
    residual = FaceNetworkParams(plan="small_residual", width=4, depth=1)
    for plan, schedule in ((plain, "plateau"), (residual, "one_cycle")):
        settings = SETTINGS.model_copy(update={"schedule": schedule, "learning_rate": 0.3})
        whole, killed = Path(schedule, "whole"), Path(schedule, "killed")
        assert run(whole, settings, plan, -1) == 0
        batches = (8, 7)  # of five in an epoch, counted from the last epoch that ended
        ends = [run(killed, settings, plan, batch) for batch in (*batches, -1)]
        assert ends == [-signal.SIGKILL] * 2 + [0], ends
        for file in ("weights", "points"):
            assert (killed / file).read_bytes() == (whole / file).read_bytes(), (schedule, file)
        rates = {point["learning_rate"] for point in json.loads((whole / "points").read_text())[1]}
        print("same bytes", schedule, "rates", len(rates))
'''


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, to start processes quickly")
def test_killed_at_any_batch_ends_with_the_same_bytes(root, tmp_path):
    script, output = tmp_path / "script.py", tmp_path / "output"
    script.write_text(SCRIPT)
    code = ForkedScript(script, (str(root),), output).wait(timeout=300)
    text = output.read_text()
    assert code == 0, text
    said = [line for line in text.replace("\r", "\n").splitlines() if line.startswith("same ")]
    assert [line.split()[2] for line in said] == ["plateau", "one_cycle"]
    assert int(said[0].split()[-1]) > 1  # the rate dropped


def test_a_training_that_diverges_is_told(root, tmp_path):
    settings = SETTINGS.model_copy(update={"learning_rate": 1e18})
    with pytest.raises(DivergedError, match="lower the learning rate, which is 1e"):
        trained(root, tmp_path, settings)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t, h, u, p: (t, h[:0], u, p), "found 0 held-out images"),
        (lambda t, h, u, p: (t, h, u[:3], p), "expected pairs by the rows of these images"),
        (lambda t, h, u, p: (t[:9], h, u, p), "found 1 persons among the training images"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(root, tmp_path, change, said):
    class Sliced(FaceImages):
        def __getitem__(self, rows):
            paths, classes = self.paths[rows], self.classes[rows]
            return FaceImages(paths, classes, side=self.side, crop=self.crop)

    def sliced(images):
        return Sliced(images.paths, images.classes, side=36, crop=32)

    *images, pairs = inputs(root)
    training, held_out, unseen, pairs = change(*map(sliced, images), pairs)
    assert isinstance(pairs, Pairs)
    network = new_face_network(PLAN, len(NAMES))
    with pytest.raises(InputError, match=said):
        train_identities(
            network, training, held_out, unseen, pairs, settings=SETTINGS, seed=0, folder=tmp_path
        )


def test_a_damaged_image_is_named(tmp_path):
    root = folder_of_persons(tmp_path / "persons")
    damaged = root / "Cy" / "Cy_0002.jpg"
    damaged.write_bytes(damaged.read_bytes()[:60])
    with pytest.raises(ValueError, match=r"Cy_0002\.jpg"):
        trained(root, tmp_path / "run")
