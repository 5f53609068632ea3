"""Batches of a single image, which not every network can learn from."""

import copy

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from heed.base.errors import InputError
from heed.training.crops import Batch, Batches, LabelledImages


def batches_to_learn_from(
    network: nn.Module, images: LabelledImages, size: int, seed: int
) -> Batches:
    """The batches of a training partition, none of them too small for the network.

    Batch normalisation has the spread of a channel over all cells of all images of a batch. In
    crops of 32 pixels the last grid has one cell: a single image has no spread, and PyTorch
    refuses it. There, and there only, a single image that is left over joins the last batch.

    Args:
        network: as it will be trained.
        images: of the training partition.
        size: images of a batch.
        seed: of their order.

    Raises:
        ValueError: when all batches have a single image, and the network needs more.
    """
    if (len(images) % size != 1 and size != 1) or learns_from_one(network, images):
        return Batches(len(images), size, seed)
    if len(images) == 1 or size == 1:
        found = "one training image" if len(images) == 1 else "batches of one image"
        side = images[Batch(0, [0])][0].shape[1]
        raise InputError(
            f"found {found} of {side} pixels; the network normalises over batches, and at this "
            "size needs at least two images in each: use more training images, a batch_size of "
            "2 or more, or larger crops"
        )
    return Batches(len(images), size, seed, join_last=True)


def learns_from_one(network: nn.Module, images: LabelledImages) -> bool:
    """Whether a batch of a single image passes through the network in training.

    Tried on a copy, which learns nothing, and without a draw from PyTorch's random numbers.
    """
    if not any(isinstance(layer, _BatchNorm) for layer in network.modules()):
        return True
    crops, _ = images[Batch(0, [0])]
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        try:
            copy.deepcopy(network).train()(torch.from_numpy(crops).permute(0, 3, 1, 2) / 255)
        except ValueError as error:
            if "more than 1 value per channel" not in str(error):
                raise
            return False
    return True
