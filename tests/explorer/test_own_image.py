"""Images of one's own against what the audit's own stage stored of the same crop."""

import io
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from unittest import mock

import cv2
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from heed.base.errors import InputError
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.postprocess import normalise
from heed.explorer import own_image as own_image_module
from heed.explorer.audited import Audited
from heed.explorer.own_image import (
    own_cam,
    own_face,
    own_image,
    own_mask,
    own_scores,
    own_tile,
)
from heed.explorer.regions import drawn_region, save_region
from heed.explorer.tiles import cam_pixels, encoded, stored_faces, tile_pixels
from heed.masks.catalogue import VERSIONS
from heed.networks.catalogue import build
from heed.networks.weights import save_weights
from stages import cams, infer, score
from tests.explorer import audit_folder
from tests.explorer.at_once import AtOnce

SIZE = 96
METHODS = ["gradcam", "layercam"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An audit of 96 x 96 pixels whose maps are those of real networks, by the stage infer."""
    import torch

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit_folder, "SIZE", SIZE)
        patch.setattr(audit_folder, "CELLS", 3)
        crop = {"size": SIZE, "scale": 5.5, "fill": "nearest", "rounding": "nearest"}
        settings = {"layer": "before_relu", "methods": METHODS, "batch_size": "auto",
                    "memory": 64, "device": "cpu", "precision": "float32"}  # fmt: skip
        model = {"network": "nano", "weights": "train", "pretrained": None, "loss": "bce",
                 "weighting": "none"}  # fmt: skip
        params = audit_folder.PARAMS | {
            "crop": crop | {"reduced_decoding": True},
            "infer": settings,
            "models": dict.fromkeys(audit_folder.MODELS, model),
        }
        patch.setattr(audit_folder, "PARAMS", params)
        path = audit_folder.audit_folder(tmp_path_factory.mktemp("own") / "audit", 4)
        patch.chdir(path)
        torch.manual_seed(0)
        for name in audit_folder.MODELS:
            for replicate in (1, 2):
                network = build("nano", len(ATTRIBUTES))
                for parameter in network.parameters():
                    torch.nn.init.normal_(parameter, std=0.1)
                save_weights(network, f"data/networks/{name}/{replicate}.safetensors")
            with mock.patch.object(sys, "argv", ["", name]):
                for stage in (infer, cams, score):
                    stage.main()
    return path


@pytest.fixture(scope="module")
def audited(folder):
    return Audited(folder)


def png(pixels):
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


@pytest.fixture(scope="module")
def own(audited):
    """A crop of the audit as an image of one's own."""
    return own_image(audited, png(stored_faces(audited).crop(audited.images[2])), "mine.png")


def test_logits_and_maps_are_those_that_are_stored(folder, audited, own):
    assert own.problem is None
    assert own.problems == ()
    assert tuple(own.answers) == audited.networks
    for network, answer in own.answers.items():
        table = pd.read_parquet(folder / f"data/predictions/{network}.parquet")
        for part, found in (("logit", answer.logits), ("contribution", answer.contribution)):
            stored = table[[f"{part}.{name}" for name in ATTRIBUTES]].to_numpy()[2]
            np.testing.assert_allclose(found, stored, rtol=1e-4, atol=1e-5)
        assert set(answer.maps) == {"gradcam", "layercam", "layercam.minus"}
        for method, maps in answer.maps.items():
            stored = audited.maps(network)[method][2]
            np.testing.assert_allclose(maps, stored, rtol=1e-3, atol=1e-6 + 1e-4 * stored.std())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("target", ["positive", "predicted"])
def test_pictures_are_those_of_the_audited_face(audited, own, method, target):
    conditions = replace(audited.stored, method=method, target=target)
    image, network = audited.images[2], "unweighted/2"
    for attribute in ATTRIBUTES[::13]:
        expected = cam_pixels(stored_faces(audited), image, attribute, network, conditions)
        found = own_cam(audited, own, attribute, network, conditions)
        np.testing.assert_allclose(found, expected, atol=1e-3)
        drawn = tile_pixels(
            audited, image, attribute, network, conditions, layers={"map"}, side=SIZE
        )
        content = own_tile(audited, own, attribute, network, conditions, layers={"map"}, side=SIZE)
        shown = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
        encoded_too = cv2.imdecode(np.frombuffer(encoded(drawn), np.uint8), cv2.IMREAD_COLOR)
        assert np.abs(shown.astype(int) - encoded_too[..., ::-1]).mean() < 2


def test_masks_and_scores_by_hand(audited, own):
    """Counted pixel by pixel; NaN without a mask."""
    attribute, network = "Smiling", "balanced/1"
    conditions = replace(audited.stored, mask="3")
    mask = own_mask(audited, own, attribute, "3")
    drawn = VERSIONS["3"].masks(own.crop.landmarks[None], SIZE)
    (region,) = [i for i, of in enumerate(VERSIONS["3"].regions.values()) if attribute in of]
    np.testing.assert_array_equal(mask, np.unpackbits(drawn[0, region], axis=-1).astype(bool))
    cam = own_cam(audited, own, attribute, network, conditions)
    inside = active = energy = 0.0
    for y in range(SIZE):
        for x in range(SIZE):
            active += cam[y, x] > 0.5
            inside += cam[y, x] > 0.5 and mask[y, x]
            energy += float(cam[y, x]) * mask[y, x]
    scores = own_scores(audited, own, attribute, network, conditions)
    assert scores["active_area"] == pytest.approx(active / SIZE**2)
    assert scores["amr"] == pytest.approx(inside / active * (1 - mask.mean()))
    assert scores["proportional_energy"] == pytest.approx(energy / cam.sum(dtype=float), rel=1e-6)
    assert scores["logit"] == float(own.answers[network].logits[ATTRIBUTES.index(attribute)])
    without = own_scores(audited, own, attribute, network, replace(conditions, mask="evidence"))
    assert np.isnan(without["amr"])
    assert own_mask(audited, own, attribute, "evidence") is None


def test_a_region_is_a_mask_too(folder, audited, own):
    """No face was found in the noise, so that its landmarks are the template's own."""
    expected = np.zeros((SIZE, SIZE), bool)
    expected[40:61, 30:50] = True
    edges = 29.5, 39.5, 49.5, 60.5
    version = "box:" + ",".join(map(str, edges))
    np.testing.assert_array_equal(own_mask(audited, own, "Bald", version), expected)
    conditions = replace(audited.stored, mask=version)
    cam = own_cam(audited, own, "Bald", "balanced/1", conditions)
    energy = own_scores(audited, own, "Bald", "balanced/1", conditions)["proportional_energy"]
    assert energy == pytest.approx(cam[expected].sum() / cam.sum(), rel=1e-5)
    save_region(folder, "crown", drawn_region(folder, ["Bald"], box=edges, base="3"))
    np.testing.assert_array_equal(own_mask(audited, own, "Bald", "regions/crown"), expected)
    of_base = own_mask(audited, own, "Smiling", "3")
    np.testing.assert_array_equal(own_mask(audited, own, "Smiling", "regions/crown"), of_base)
    with pytest.raises(InputError, match="nowhere"):
        own_mask(audited, own, "Bald", "regions/nowhere")


def test_pixels_beyond_the_image_are_left_out_of_scores(audited, own):
    """As if the crop ended there: the scores of its left half alone."""
    counted = np.zeros((SIZE, SIZE), bool)
    counted[:, : SIZE // 2] = True
    half = replace(own, crop=replace(own.crop, counted=counted))
    conditions = replace(audited.stored, mask="3", filled="leave_out")
    arguments = audited, half, "Smiling", "balanced/1", conditions
    cam = own_cam(*arguments)[:, : SIZE // 2].astype(float)
    mask = own_mask(audited, half, "Smiling", "3")[:, : SIZE // 2]
    scores = own_scores(*arguments)
    assert scores["active_area"] == pytest.approx((cam > 0.5).mean())
    amr = (mask & (cam > 0.5)).sum() / (cam > 0.5).sum() * (1 - mask.mean())
    assert scores["amr"] == pytest.approx(amr)
    assert scores["proportional_energy"] == pytest.approx(cam[mask].sum() / cam.sum())
    kept = own_scores(*arguments[:-1], replace(conditions, filled="keep"))
    assert kept["active_area"] != scores["active_area"]


def test_every_layer_can_be_drawn(audited, own):
    plain = own_tile(audited, own, "Bald", "balanced/1", audited.stored, layers=set())
    for layer in ("map", "mask", "active", "evidence"):
        conditions = replace(audited.stored, mask="3", filled="leave_out")
        shown = own_tile(audited, own, "Bald", "balanced/1", conditions, layers={layer})
        assert (shown == plain) == (layer == "evidence"), layer  # only drawn faces have that
    assert own_face(own, 50).startswith(b"\xff\xd8")


def test_what_an_own_image_has_not(audited, own):
    for changed, said in (
        ({"target": "true"}, "label"),
        ({"target": "predicted_true"}, "label"),
        ({"method": "hirescam"}, "hirescam"),
        ({"placement": "middle"}, "middle"),
    ):
        with pytest.raises(InputError, match=said):
            own_tile(audited, own, "Bald", "balanced/1", replace(audited.stored, **changed))
    with pytest.raises(InputError, match="balanced/7"):
        own_tile(audited, own, "Bald", "balanced/7", audited.stored)
    with pytest.raises(InputError, match="layers"):
        own_tile(audited, own, "Bald", "balanced/1", audited.stored, layers={"hat"})


def test_a_problem_is_a_sentence(audited):
    found = own_image(audited, b"nothing", "mine.txt")
    assert found.problem.startswith("mine.txt: found 7 bytes")
    with pytest.raises(InputError, match="7 bytes"):
        own_tile(audited, found, "Bald", "balanced/1", audited.stored)
    with pytest.raises(InputError, match="7 bytes"):
        own_face(found)


def test_one_image_is_decoded_at_a_time(audited, monkeypatch):
    """Of 25 million pixels each takes 200 MB, whoever else sends one."""
    at_once = AtOnce(own_image_module.own_crop)
    monkeypatch.setattr(own_image_module, "own_crop", at_once)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: own_image(audited, b"nothing", "mine.txt"), range(8)))
    assert {each.problem is None for each in found} == {False}
    assert at_once.most == 1


def test_networks_that_cannot_be_asked(folder, tmp_path):
    """One file is lost, one is damaged: the others answer."""
    import shutil

    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "data/networks/balanced/2.safetensors").unlink()
    (copy / "data/networks/unweighted/1.safetensors").write_bytes(b"no weights")
    audited = Audited(copy)
    found = own_image(audited, png(stored_faces(audited).crop(audited.images[0])), "mine.png")
    assert set(found.answers) == {"balanced/1", "unweighted/2"}
    assert [problem.split(" ")[0] for problem in found.problems] == ["balanced/2", "unweighted/1"]
    shutil.rmtree(copy / "data/networks")
    audited = Audited(copy)
    found = own_image(audited, png(stored_faces(audited).crop(audited.images[0])), "mine.png")
    assert found.answers == {}
    assert "balanced/1 is left out" in found.problem


def test_code_is_run_only_where_params_name_it(folder, tmp_path):
    """A file of weights that names a function, put in the place of a nano's."""
    import shutil

    from safetensors.numpy import save_file

    copy = shutil.copytree(folder, tmp_path / "copy")
    file = copy / "data/networks/balanced/1.safetensors"
    save_file(
        {"x": np.zeros(1, np.float32)}, file, {"network": "python:os:getcwd", "outputs": "40"}
    )
    audited = Audited(copy)
    found = own_image(audited, png(stored_faces(audited).crop(audited.images[0])), "mine.png")
    assert "balanced/1" not in found.answers
    assert "run_python" in found.problems[0]


def test_nothing_is_written(folder, audited):
    before = sorted((each, each.stat().st_mtime_ns) for each in folder.rglob("*"))
    own_image(audited, png(stored_faces(audited).crop(audited.images[1])), "mine.png")
    assert sorted((each, each.stat().st_mtime_ns) for each in folder.rglob("*")) == before
    assert normalise(np.zeros((1, 3, 3)), SIZE).max() == 0
