"""The multitask baseline: a network of faces, trained on attributes by the audit's trainer."""

import numpy as np
import pytest
import torch

from heed.base.errors import InputError
from heed.recognition.images import Draws, FaceImages
from heed.recognition.labelled_images import LabelledFaceImages
from heed.recognition.networks import new_face_network
from heed.recognition.settings import FaceNetworkParams
from heed.training.crops import Batch
from heed.training.settings import Plateau, TrainingSettings
from heed.training.trainer import train
from tests.recognition.persons import folder_of_persons

SETTINGS = TrainingSettings(
    epochs=10, batch_size=8, optimizer="sgd", learning_rate=0.05, momentum=0.9, weight_decay=0.0,
    schedule="constant", plateau=Plateau(factor=0.1, patience=1, cooldown=0), early_stop=None,
    keep="best_loss", precision="32-true", devices=1, flip=False, seed=0,
)  # fmt: skip


@pytest.fixture
def images(tmp_path):
    paths = sorted(folder_of_persons(tmp_path / "persons", each=8).glob("*/*.jpg"))
    return FaceImages(paths, np.zeros(32), side=36, crop=32, grey=0.2, seed=0)


def test_attributes_are_learnt(images, tmp_path):
    person = np.repeat(np.arange(4), 8)
    labels = np.where(person[:, None] == np.arange(4), 1, -1)  # a quarter each
    middles = FaceImages(images.paths, images.classes, side=36, crop=32)
    torch.manual_seed(0)
    params = FaceNetworkParams(plan="small_residual", width=8, depth=1)
    network = new_face_network(params, outputs=4)
    points = train(
        network, LabelledFaceImages(images, labels), LabelledFaceImages(middles, labels),
        loss="bce", weighting="none", settings=SETTINGS, folder=tmp_path / "run", loader_workers=0,
    )  # fmt: skip
    assert min(point["validation/error_rate"] for point in points) < 0.1


def test_an_image_is_cut_by_epoch_and_row_whatever_is_read_beside_it(images):
    labelled = LabelledFaceImages(images, np.ones((32, 1)))
    together, _ = labelled[Batch(1, [5, 9])]
    alone, labels = labelled[Batch(1, [9])]
    np.testing.assert_array_equal(together[1], alone[0])
    np.testing.assert_array_equal(alone, images[Draws(1, 9, [9])][0])
    assert labels.shape == (1, 1)
    assert (labelled[Batch(2, [9])][0] != alone).any()


def test_labels_that_do_not_fit_are_refused(images):
    with pytest.raises(InputError, match=r"found shape \(3, 1\) for 32 images"):
        LabelledFaceImages(images, np.ones((3, 1)))
    with pytest.raises(InputError, match=r"other than -1 and \+1"):
        LabelledFaceImages(images, np.zeros((32, 1)))
