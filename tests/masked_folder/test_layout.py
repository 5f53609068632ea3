"""What is wrong with a masked data set is refused, with the file and the remedy."""

import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import cv2
import numpy as np
import pytest
from PIL import Image

from heed.masked_folder.inventory import header_size, take_inventory
from heed.masked_folder.layout import MaskedFolderError, find_images
from heed.masked_folder.pixels import square_mask
from tests.masked_folder.folders import masked_folder, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return masked_folder(tmp_path / "eyes")


def test_images_are_listed_with_their_masks(root: Path) -> None:
    entries = find_images(root, "glaucoma")
    assert [entry.image for entry in entries][:3] == [
        "train/glaucoma/0.png",
        "train/glaucoma/1.png",
        "train/healthy/0.png",
    ]
    masked = [entry for entry in entries if entry.mask]
    assert next((entry.image, entry.mask) for entry in masked) == (
        "test/glaucoma/0.png",
        "masks/test/glaucoma/0.png",
    )
    assert len(masked) == 4


def test_what_systems_leave_is_passed_over(root: Path) -> None:
    for name in (".DS_Store", "train/.hidden", "test/glaucoma/Thumbs.db", "masks/desktop.ini"):
        (root / name).write_text("")
    assert len(find_images(root, "glaucoma")) == 12


def no_root(root: Path) -> None:
    shutil.rmtree(root)


def no_partition(root: Path) -> None:
    shutil.rmtree(root / "validation")


def third_class(root: Path) -> None:
    (root / "train/unsure").mkdir()


def other_classes(root: Path) -> None:
    (root / "test/healthy").rename(root / "test/well")


def no_image(root: Path) -> None:
    for file in (root / "validation/healthy").iterdir():
        file.unlink()


def no_picture(root: Path) -> None:
    (root / "train/healthy/notes.txt").write_text("from the clinic")


def two_of_a_name(root: Path) -> None:
    shutil.copy(root / "train/healthy/0.png", root / "train/healthy/0.jpg")


def empty_image(root: Path) -> None:
    (root / "train/healthy/0.png").write_bytes(b"")


def broken_image(root: Path) -> None:
    (root / "train/healthy/0.png").write_bytes(b"<html>not found</html>")


def twice(root: Path) -> None:
    shutil.copy(root / "train/healthy/0.png", root / "test/healthy/1.png")


def no_masks(root: Path) -> None:
    shutil.rmtree(root / "masks")


def one_mask_less(root: Path) -> None:
    (root / "masks/test/healthy/1.png").unlink()


def mask_of_nothing(root: Path) -> None:
    shutil.copy(root / "masks/test/healthy/1.png", root / "masks/test/healthy/7.png")


def mask_of_another_size(root: Path) -> None:
    write(root / "masks/test/healthy/1.png", np.full((30, 30), 255, np.uint8))


def broken_mask(root: Path) -> None:
    (root / "masks/test/healthy/1.png").write_bytes(b"\x89PNG")


def boxes(line: str, heading: str = "image,left,top,width,height") -> Callable[[Path], None]:
    def change(root: Path) -> None:
        (root / "masks/test/healthy/1.png").unlink()
        (root / "masks/boxes.csv").write_text(f"{heading}\n{line}\n")

    return change


def mask_and_box(root: Path) -> None:
    (root / "masks/boxes.csv").write_text(
        "image,left,top,width,height\ntest/healthy/1.png,1,1,5,5\n"
    )


def link_to_nothing(root: Path) -> None:
    (root / "train/healthy/0.png").unlink()
    (root / "train/healthy/0.png").symlink_to("elsewhere.png")


def link_to_itself(root: Path) -> None:
    (root / "masks/test/healthy/1.png").unlink()
    (root / "masks/test/healthy/1.png").symlink_to(root / "masks/test/healthy/1.png")


def more_pixels_than_are_read(root: Path) -> None:
    """A header of 20,000 x 10,000 pixels, which Pillow takes for an attack."""
    content = b"\x89PNG\r\n\x1a\n"
    for chunk in (b"IHDR" + struct.pack(">IIBBBBB", 20000, 10000, 1, 0, 0, 0, 0), b"IDAT"):
        content += struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", crc32(chunk))
    (root / "train/healthy/0.png").write_bytes(content)


FAULTS = {
    link_to_nothing: r"healthy/0\.png: found a link to elsewhere\.png.*link it again",
    link_to_itself: r"masks/test/healthy/1\.png: found a link to .*link it again",
    more_pixels_than_are_read: r"healthy/0\.png: found more pixels than are read.*scale it down",
    boxes("test/healthy/1.png,1,1,5,5,"): r"boxes\.csv: found more values in a line.*commas",
    boxes("\n\ntest/healthy/1.png,1,1,50,5"): r"line 4: found a box of 50 x 5",
    no_root: r"eyes: found no such folder.*data\.root",
    no_partition: r"validation: found no such folder.*make it",
    third_class: r"train: found 3 folders \(glaucoma, healthy, unsure\).*Move the others out",
    other_classes: r"test: found the classes glaucoma and well; expected glaucoma and healthy",
    no_image: r"validation/healthy: found no image.*add images",
    no_picture: r"healthy/notes\.txt: found a file that ends in '\.txt'.*move it out",
    two_of_a_name: r"0\.png: found beside 0\.jpg.*rename one",
    empty_image: r"train/healthy/0\.png: found an empty file.*copy it again",
    broken_image: r"train/healthy/0\.png: found no readable image.*copy it again",
    twice: r"train/healthy/0\.png: found the same content as test/healthy/1\.png|"
    r"test/healthy/1\.png: found the same content as train/healthy/0\.png.*remove one",
    no_masks: r"masks: found no such folder.*make it",
    one_mask_less: r"masks: found no mask of test/healthy/1\.png.*add it.*data\.masks",
    mask_of_nothing: r"masks/test/healthy/7\.png: found a mask of no image.*remove it",
    mask_of_another_size: r"healthy/1\.png: found 30 x 30 pixels; expected the 40 x 30",
    broken_mask: r"masks/test/healthy/1\.png: found no readable image.*copy it again",
    mask_and_box: r"healthy/1\.png: found a mask of .* which masks/boxes\.csv has too.*remove",
    boxes("test/healthy/9.png,1,1,5,5"): r"line 2: found the image 'test/healthy/9.png'.*correct",
    boxes("test/healthy/1.png,1,1,50,5"): r"line 2: found a box of 50 x 5.*40 x 30.*correct",
    boxes("test/healthy/1.png,1,1,x,5"): r"line 2: found 1, 1, x, 5; expected four numbers",
    boxes("1,2,3,4", "image,x,y,w"): r"found the columns image, x, y, w; expected.*add left",
}


@pytest.mark.parametrize(
    ("change", "message"), FAULTS.items(), ids=lambda x: getattr(x, "__name__", "")
)
def test_a_fault_is_refused_with_its_file_and_a_remedy(
    root: Path, change: Callable[[Path], None], message: str
) -> None:
    change(root)
    with pytest.raises(MaskedFolderError, match=message):
        take_inventory(root, "glaucoma", "all")


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tiff", ".webp"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_photograph_on_its_side_has_the_size_in_which_it_is_decoded(
    tmp_path: Path, suffix: str, orientation: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", (40, 20)).save(tmp_path / f"image{suffix}", exif=exif)
    content = np.fromfile(tmp_path / f"image{suffix}", np.uint8)
    decoded = cv2.imdecode(content, cv2.IMREAD_COLOR)
    assert header_size(tmp_path / f"image{suffix}") == decoded.shape[1::-1]


def test_a_folder_that_cannot_be_read_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(MaskedFolderError, match=r"train: found a folder that cannot be read"):
        find_images(root, "glaucoma")


def test_an_unknown_positive_class_is_refused(root: Path) -> None:
    with pytest.raises(MaskedFolderError, match=r"expected sick among them.*data\.positive"):
        take_inventory(root, "sick", "all")


def test_a_mask_without_a_white_pixel_is_refused(root: Path) -> None:
    path = root / "masks/test/healthy/1.png"
    write(path, np.full((30, 40), 90, np.uint8))
    with pytest.raises(MaskedFolderError, match=r"1\.png: found no pixel lighter than 127.*90"):
        square_mask(path, 32, (40, 30))


def test_the_other_class_may_go_without_masks(root: Path) -> None:
    shutil.rmtree(root / "masks/test/healthy")
    table = take_inventory(root, "glaucoma", "positive")
    assert (table.query("partition == 'test'")["mask"] == "").sum() == 2
    with pytest.raises(MaskedFolderError, match="found no mask"):
        take_inventory(root, "glaucoma", "all")


def test_the_table_says_what_there_is(root: Path) -> None:
    (root / "masks/test/healthy/1.png").unlink()
    (root / "masks/boxes.csv").write_text(
        "image,left,top,width,height\ntest/healthy/1.png,1,2,5,6\ntest/healthy/1.png,9,9,1,1\n"
    )
    table = take_inventory(root, "glaucoma", "all").set_index("image")
    row = table.loc["test/healthy/1.png"]
    assert (row["width"], row["height"], row["label"], row["boxes"], row["mask"]) == (
        40,
        30,
        -1,
        2,
        "",
    )
    assert table.loc["train/glaucoma/0.png", "label"] == 1
    assert table["sha256"].is_unique
