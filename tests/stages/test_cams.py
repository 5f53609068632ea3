"""Stage cams in a folder of its own, on files as the stages before it leave them."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
import zarr

from heed.base.files import images_digest
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import PLACEMENTS, Placement, stored_placement
from stages import cams
from tests.placements import stored, uneven
from tests.places import ROOT

REPOSITORY = ROOT
IMAGES = [f"{number:06d}.jpg" for number in range(260)]  # one chunk of 256, and a rest


@pytest.fixture
def world(tmp_path, monkeypatch):
    """Maps, logits and labels of the audited faces, as written to a folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["cams.py", "small"])
    generator = np.random.default_rng(0)
    maps = zarr.open_group("data/maps/small/1.zarr", mode="w")
    maps.attrs.update({"layer": "after_relu", "images_sha256": images_digest(IMAGES)})
    maps.attrs[PLACEMENTS] = stored(96, 3)[PLACEMENTS]
    raw = generator.normal(size=(len(IMAGES), 40, 3, 3)).astype(np.float32)
    maps.create_array("gradcam", data=raw, chunks=(256, 40, 3, 3))

    logits = generator.normal(size=(len(IMAGES), 40)).astype(np.float32)
    logits[4, 5] = 0
    predictions = pd.DataFrame(logits, columns=[f"logit.{name}" for name in ATTRIBUTES])
    predictions.insert(0, "image", IMAGES)
    Path("data/predictions/small").mkdir(parents=True)
    predictions.to_parquet("data/predictions/small/1.parquet")

    # More faces than are audited, in another order.
    labels = generator.choice(np.array([-1, 1], np.int8), (len(IMAGES), 40))
    faces = pd.DataFrame(np.vstack([labels[::-1], labels[:1]]), columns=ATTRIBUTES)
    faces.insert(0, "image", [*IMAGES[::-1], "unused.jpg"])
    faces.to_parquet("data/faces.parquet")
    write_params(2)
    return raw, logits, labels


def write_params(target, method="gradcam", placement="receptive_field"):
    cam = {"method": method, "target": target, "placement": placement}
    Path("params.yaml").write_text(yaml.safe_dump({"cam": cam}))


@pytest.mark.parametrize("target", [1, 2, 3, 4])
def test_signs_every_map_for_the_target(world, target):
    raw, logits, labels = world
    write_params(target)
    cams.main()
    written = zarr.open_group("data/cams/small/1.zarr", mode="r")
    assert dict(written.attrs) == {
        "method": "gradcam",
        "target": target,
        "layer": "after_relu",
        "images_sha256": images_digest(IMAGES),
        **stored(96, 3),
    }
    signs = {1: 1, 2: np.sign(logits), 3: np.sign(logits) * labels, 4: labels}[target]
    expected = raw * np.broadcast_to(signs, logits.shape)[:, :, None, None]
    np.testing.assert_array_equal(written["cams"][:], expected)
    assert written["cams"].dtype == np.float32
    assert written["cams"].chunks == (256, 40, 3, 3)


@pytest.mark.parametrize("target", [1, 2, 3, 4])
def test_takes_the_maps_of_minus_z_where_the_target_has_its_sign(world, target):
    raw, logits, labels = world
    of_minus = np.random.default_rng(1).normal(size=raw.shape).astype(np.float32)
    maps = zarr.open_group("data/maps/small/1.zarr", mode="a")
    for name, values in (("layercam", 2 * raw), ("layercam.minus", of_minus)):
        maps.create_array(name, data=values, chunks=(256, 40, 3, 3))
    write_params(target, method="layercam")
    cams.main()
    found = zarr.open_group("data/cams/small/1.zarr", mode="r")["cams"][:]
    signs = {1: 1, 2: np.sign(logits), 3: np.sign(logits) * labels, 4: labels}[target]
    signs = np.broadcast_to(signs, logits.shape)
    np.testing.assert_array_equal(found[signs > 0], 2 * raw[signs > 0])
    np.testing.assert_array_equal(found[signs < 0], of_minus[signs < 0])
    assert not found[signs == 0].any()  # the logit that is 0 has an empty map
    assert (signs[4, 5] == 0) == (target in (2, 3))


def test_same_bytes_on_every_run(world):
    cams.main()
    files = [path for path in Path("data/cams").rglob("*") if path.is_file()]
    first = {path: path.read_bytes() for path in files}
    names = {path.parts[4] for path in files}
    assert names == {"zarr.json", "cams", "image", "attribute", "y", "x"}
    cams.main()
    assert {path: path.read_bytes() for path in files} == first


def test_method_that_infer_did_not_keep_is_rejected(world):
    write_params(2, method="hirescam")
    maps = zarr.open_group("data/maps/small/1.zarr", mode="a")
    for name in ("layercam", "layercam.minus"):
        maps.create_array(name, data=np.zeros((1, 1, 1, 1)))
    message = r"found hirescam, .* holds gradcam, layercam; add hirescam to infer\.methods"
    with pytest.raises(ValueError, match=message):
        cams.main()
    assert not Path("data/cams/small/1.zarr").exists()


@pytest.mark.parametrize("rule", ["receptive_field", "half_pixel"])
def test_the_chosen_placement_goes_along(world, rule):
    write_params(2, placement=rule)
    cams.main()
    written = zarr.open_group("data/cams/small/1.zarr", mode="r").attrs.asdict()
    expected = {"receptive_field": uneven(96, 3), "half_pixel": Placement.half_pixel(96, 3)}
    assert stored_placement(written, "cams") == expected[rule]


def test_a_placement_that_infer_could_not_tell_is_rejected(world):
    maps = zarr.open_group("data/maps/small/1.zarr", mode="a")
    maps.attrs[PLACEMENTS] = {"half_pixel": maps.attrs[PLACEMENTS]["half_pixel"]}
    with pytest.raises(
        ValueError, match=r"cam\.placement: found receptive_field, but .* half_pixel"
    ):
        cams.main()
    assert not Path("data/cams/small/1.zarr").exists()
    del maps.attrs[PLACEMENTS]
    with pytest.raises(ValueError, match="without a placement, of an earlier version"):
        cams.main()


def test_maps_and_predictions_of_other_faces_are_rejected(world):
    predictions = pd.read_parquet("data/predictions/small/1.parquet")
    predictions[::-1].to_parquet("data/predictions/small/1.parquet")
    with pytest.raises(ValueError, match="not of the same images"):
        cams.main()


def test_face_without_labels_is_rejected(world):
    faces = pd.read_parquet("data/faces.parquet")
    faces[faces.image != "000007.jpg"].to_parquet("data/faces.parquet")
    with pytest.raises(ValueError, match=r"faces\.parquet: found no row for 000007\.jpg"):
        cams.main()


def test_needs_no_torch():
    # A changed target reruns this stage alone: importing torch would take most of its time.
    code = "import sys, stages.cams; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=REPOSITORY)
