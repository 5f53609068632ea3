import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.transforms import TenCrop
from torchvision.transforms.functional import pil_to_tensor

from heed.affact.ten_crops import ten_crops


def test_the_crops_are_torchvisions_of_each_image():
    pixels = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), dtype=np.uint8)
    found = ten_crops(torch.from_numpy(pixels).permute(0, 3, 1, 2), 56)
    assert found.shape == (3, 10, 3, 56, 56)
    for image, crops in zip(pixels, found, strict=True):
        expected = TenCrop(56)(Image.fromarray(image))
        for crop, wanted in zip(crops, expected, strict=True):
            assert torch.equal(crop, pil_to_tensor(wanted))


def test_the_crops_by_hand():
    image = torch.arange(16).reshape(1, 1, 4, 4).expand(1, 3, 4, 4)
    corners = ten_crops(image, 2)[0, :, 0, 0, 0].tolist()  # the top left pixel of each crop
    assert corners[:5] == [0, 2, 8, 10, 5]
    assert corners[5:] == [3, 1, 11, 9, 6]  # of rows that read 3 2 1 0, 7 6 5 4, ...


def test_images_smaller_than_their_crops_are_an_error():
    with pytest.raises(ValueError, match=r"64 rows and 60 columns.*at least 62"):
        ten_crops(torch.zeros(1, 3, 64, 60), 62)
