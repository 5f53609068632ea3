"""Stage infer in a folder of its own, on files as the stages before it leave them."""

import hashlib
import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
import zarr

import heed
from heed.base.errors import InputError
from heed.base.files import images_digest
from heed.base.stores import variables
from heed.celeba.attributes import ATTRIBUTES
from heed.explain import forward
from heed.explain.any_network import looked_at
from heed.explain.catalogue import METHODS
from heed.explain.forward import Explainer
from heed.explain.placement import PlacementError
from heed.networks.catalogue import build
from heed.networks.other import other_network
from heed.networks.weights import load_network, save_weights
from stages import infer

CROPS = [f"{number:06d}.jpg" for number in range(270)]
KEPT = [name for name in CROPS if name != "000003.jpg"]  # one chunk of 256, and a rest
OUTPUTS = [Path("data/predictions/small/1.parquet"), Path("data/maps/small/1.zarr")]


STORED = ("gradcam", "hirescam")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["infer.py", "small"])
    write_params()
    torch.manual_seed(0)
    save_weights(build("nano", 40), "data/networks/small/1.safetensors")
    crops = np.random.default_rng(0).integers(0, 256, (len(CROPS), 32, 32, 3), dtype=np.uint8)
    Path("data/crops").mkdir(parents=True)
    np.save("data/crops/validation.npy", crops)
    pd.DataFrame({"image": CROPS}).to_parquet("data/crops/validation.parquet")
    frontal = pd.DataFrame({"image": CROPS, "ratio": 0.05, "kept": np.isin(CROPS, KEPT)})
    frontal.to_parquet("data/frontal.parquet")
    return crops


def write_params(**changed):
    params = {
        "layer": "before_relu", "methods": list(STORED), "batch_size": 100, "memory": 64,
        "device": "cpu", "precision": "float32",
    }  # fmt: skip
    content = {
        "infer": params | changed,
        "frontal": {"partition": "validation", "threshold": 0.1},
    }
    Path("params.yaml").write_text(yaml.safe_dump(content))


def bytes_of(outputs):
    files = [file for path in outputs for file in [path, *path.rglob("*")] if file.is_file()]
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.mark.parametrize("layer", ["before_relu", "after_relu"])
def test_writes_logits_contribution_and_maps_of_the_kept_faces(folder, layer):
    write_params(layer=layer)
    infer.main()
    network = load_network("data/networks/small/1.safetensors")
    rows = [CROPS.index(name) for name in KEPT]
    expected = Explainer(network, {name: METHODS[name] for name in STORED}, layer)(folder[rows])

    table = pd.read_parquet("data/predictions/small/1.parquet")
    kinds = ("logit", "contribution")
    assert list(table) == ["image", *(f"{kind}.{name}" for kind in kinds for name in ATTRIBUTES)]
    assert table.image.tolist() == KEPT
    logits = table[[f"logit.{name}" for name in ATTRIBUTES]].to_numpy()
    contribution = table[[f"contribution.{name}" for name in ATTRIBUTES]].to_numpy()
    assert logits.dtype == contribution.dtype == np.float32
    np.testing.assert_allclose(logits, expected.logits, atol=1e-5)
    np.testing.assert_allclose(contribution, expected.contribution, atol=1e-5)

    maps = zarr.open_group("data/maps/small/1.zarr", mode="r")
    assert dict(maps.attrs) == {
        "layer": layer,
        "images_sha256": images_digest(KEPT),
        "placements": {  # of one cell in 32 pixels
            "receptive_field": {"stride": [32.0, 32.0], "offset": [0.0, 0.0]},
            "half_pixel": {"stride": [32.0, 32.0], "offset": [15.5, 15.5]},
        },
    }
    assert set(variables(maps)) == {"gradcam", "hirescam"}
    for name, values in expected.maps.items():
        assert maps[name].chunks == (256, 40, 1, 1)
        np.testing.assert_allclose(maps[name][:], values, atol=1e-5)


def test_same_bytes_on_every_run(folder):
    infer.main()
    first = bytes_of(OUTPUTS)
    assert len(first) > 4
    infer.main()
    assert bytes_of(OUTPUTS) == first


def test_a_batch_size_that_is_found_is_that_of_the_memory_it_may_take(folder, monkeypatch):
    asked = []
    original = Explainer.begin

    def note(self, images, batch_size=64, first=0):
        asked.append(batch_size)
        return original(self, images, batch_size, first)

    monkeypatch.setattr(Explainer, "begin", note)
    for memory in (1, 4, 1000):
        write_params(batch_size="auto", memory=memory)
        infer.main()
    assert asked[::3] == [1, 1, 1]  # one face tells how large the grid is
    assert asked[1::3] == asked[2::3]
    assert asked[1] < asked[4] < asked[7] == infer.CHUNK


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_device_that_is_not_there_is_refused_before_anything_is_computed(folder):
    write_params(device="cuda:1")
    with pytest.raises(InputError, match=r"infer\.device: found 'cuda:1', but torch"):
        infer.main()


def test_a_precision_that_the_device_has_not_is_refused(folder):
    write_params(precision="tf32")
    with pytest.raises(InputError, match=r"infer\.precision: found tf32, which cpu does not have"):
        infer.main()


def test_a_face_whose_logit_is_not_finite_is_named_with_the_layer(folder):
    network = build("nano", 40)
    for parameter in list(network.trunk.parameters())[-2:]:
        parameter.data.fill_(3e38)  # finite, but not for long
    save_weights(network, "data/networks/small/1.safetensors")
    with pytest.raises(
        InputError, match=r"image 0 \(.*first layer that puts out NaN or inf.*trunk"
    ):
        infer.main()
    assert not any(path.exists() for path in OUTPUTS)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
@pytest.mark.parametrize(("precision", "within"), [("float32", 1e-4), ("bfloat16", 0.1)])
def test_a_gpu_writes_what_a_cpu_writes(folder, precision, within):
    infer.main()
    expected = zarr.open_group("data/maps/small/1.zarr", mode="r")["gradcam"][:]
    write_params(device="cuda", precision=precision, batch_size="auto")
    infer.main()
    first = bytes_of(OUTPUTS)
    found = zarr.open_group("data/maps/small/1.zarr", mode="r")["gradcam"][:]
    assert abs(found - expected).max() < within * abs(expected).max()
    infer.main()
    assert bytes_of(OUTPUTS) == first


def test_a_network_whose_cells_cannot_be_placed_is_mapped_all_the_same(folder, monkeypatch, capsys):
    def unknown(trunk):
        raise PlacementError("the receptive field of Odd: pool: found AdaptiveAvgPool2d")

    monkeypatch.setattr(forward, "receptive_field", unknown)
    infer.main()
    attributes = zarr.open_group("data/maps/small/1.zarr", mode="r").attrs
    assert list(attributes["placements"]) == ["half_pixel"]
    assert "Odd: pool: found AdaptiveAvgPool2d" in capsys.readouterr().out


def test_only_the_chosen_methods_are_kept(folder):
    write_params(methods=["hirescam"])
    infer.main()
    assert set(variables(zarr.open_group("data/maps/small/1.zarr", mode="r"))) == {"hirescam"}


def test_methods_that_are_not_odd_keep_the_maps_of_minus_z_as_well(folder):
    write_params(methods=["gradcam", "layercam"])
    infer.main()
    group = zarr.open_group("data/maps/small/1.zarr", mode="r")
    assert set(variables(group)) == {"gradcam", "layercam", "layercam.minus"}
    assert group["layercam.minus"].shape == group["layercam"].shape
    assert (group["layercam.minus"][:] != -group["layercam"][:]).any()


@pytest.mark.parametrize("name", ["torchvision:resnet18", "torchvision:squeezenet1_1"])
def test_networks_that_are_not_heeds_own(folder, monkeypatch, name):
    """ResNet has an affine head; behind the features of SqueezeNet there is a ReLU."""
    rows = [CROPS.index(image) for image in KEPT[:4]]
    crops = np.random.default_rng(0).integers(0, 256, (len(CROPS), 64, 64, 3), dtype=np.uint8)
    np.save("data/crops/validation.npy", crops)
    frontal = pd.DataFrame({"image": CROPS, "ratio": 0.05, "kept": np.isin(CROPS, KEPT[:4])})
    frontal.to_parquet("data/frontal.parquet")
    write_params(methods=["hirescam", "layercam"], batch_size=3)
    torch.manual_seed(0)
    network = other_network(name, 40, "auto" if "resnet" in name else "features")
    save_weights(network, "data/networks/small/1.safetensors")
    shutil.copy("data/networks/small/1.safetensors", "data/networks/small/2.safetensors")
    looked: list[str] = []

    def look(split, layer, *others):
        looked.append(layer.name)
        return looked_at(split, layer, *others)

    monkeypatch.setattr("heed.explain.other_network.looked_at", look)
    infer.main()
    assert len(looked) == 1  # where cells look is measured at most once for a model
    again = bytes_of([Path("data/maps/small/2.zarr")])
    assert bytes_of([OUTPUTS[1]]) == {k.replace("/2.", "/1."): v for k, v in again.items()}

    group = zarr.open_group("data/maps/small/1.zarr", mode="r")
    expected = heed.explain(
        network, crops[rows], "layercam", layer=f"network.{group.attrs['layer']}"
    )
    np.testing.assert_allclose(group["layercam"][:], expected.maps, rtol=1e-4, atol=1e-6)
    minus = group["layercam.minus"][:]
    np.testing.assert_allclose(minus, expected.negative_maps, rtol=1e-4, atol=1e-6)
    table = pd.read_parquet("data/predictions/small/1.parquet")
    logits, parts = (
        table[[f"{kind}.{attribute}" for attribute in ATTRIBUTES]].to_numpy()
        for kind in ("logit", "contribution")
    )
    np.testing.assert_allclose(logits, expected.logits, rtol=1e-4, atol=1e-5)
    if name == "torchvision:squeezenet1_1":
        assert np.isnan(parts).all()
        assert group.attrs["placements"]["receptive_field"]["stride"] == [16.0, 16.0]
    else:
        sums = group["hirescam"][:].sum((2, 3))
        np.testing.assert_allclose(sums, parts, rtol=1e-4, atol=1e-5)
        assert group.attrs["layer"] == "layer4"


def test_a_failure_in_the_last_chunk_leaves_nothing(folder, monkeypatch):
    original = Explainer.begin

    def fail_on_the_rest(self, images, batch_size, first=0):
        if first == infer.CHUNK:
            raise RuntimeError("out of memory")
        return original(self, images, batch_size, first)

    monkeypatch.setattr(Explainer, "begin", fail_on_the_rest)
    with pytest.raises(RuntimeError, match="out of memory"):
        infer.main()
    assert not any(path.exists() for path in OUTPUTS)
    assert not list(Path("data").rglob("*.partial"))


def test_faces_without_a_crop_are_rejected(folder):
    pd.DataFrame({"image": CROPS[:-1]}).to_parquet("data/crops/validation.parquet")
    with pytest.raises(ValueError, match=r"validation\.parquet: found no row for 000269\.jpg"):
        infer.main()


def test_crops_that_are_not_those_of_their_table_are_named(folder):
    np.save("data/crops/validation.npy", folder[:-1])
    with pytest.raises(InputError, match=r"validation\.npy: found .* crops for the .* images"):
        infer.main()
