"""What the networks of a run answer, against the study's own explainer and a forward pass."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import yaml

from heed.attention.explained import explaining
from heed.attention.maps_settings import MapsParams
from heed.attention.networks import stored_network
from heed.base.errors import InputError
from heed.base.settings import load
from heed.explain.forward import Explainer
from heed.explorer.audited import Audited
from heed.explorer.directed_networks import run_answers
from heed.explorer.tiles import stored_faces
from tests.explorer.directed_audit import (
    ATTRIBUTE,
    RUN,
    directed_audit,
    params_of,
    save_network,
    write_params,
)

NAMES = {"before": "plain", "control": "bce", "after": RUN}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return directed_audit(tmp_path_factory.mktemp("directed") / "audit")


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "copy")


@pytest.fixture
def passed(monkeypatch):
    """How many images each forward pass is of, but the one that sees the grid."""
    counts = []
    before = Explainer.__call__

    def counted(self, images, batch_size=64):
        if batch_size > 1:
            counts.append(len(images))
        return before(self, images, batch_size)

    monkeypatch.setattr(Explainer, "__call__", counted)
    return counts


def study_of(folder):
    return folder / "studies/attention"


def test_answers_are_those_of_each_network(folder):
    import torch

    audited, study = Audited(folder), study_of(folder)
    images = audited.images[1:4]
    found = run_answers(audited, study, RUN, images)
    assert (found.run, found.seed, found.method) == (RUN, 1, "gradcam")
    assert {role: each.name for role, each in found.roles.items()} == NAMES
    assert list(found.pairs) == [ATTRIBUTE]
    crops = np.stack([stored_faces(audited).crop(image) for image in images])
    pixels = torch.from_numpy(crops).permute(0, 3, 1, 2).float() / 255
    for role, name in NAMES.items():
        network = stored_network(study / f"data/networks/{name}/1.safetensors")
        with torch.no_grad():
            logits = network(pixels).numpy()
        explainer, grid = explaining(network, crops[:1], load(MapsParams, study / "params.yaml"))
        maps = explainer(crops).maps["gradcam"]
        each = found.roles[role]
        assert each.problem is None
        assert list(each.answers) == list(images)
        for place, image in enumerate(images):
            answer = each.answers[image]
            np.testing.assert_allclose(answer.logits, logits[place], rtol=1e-4, atol=1e-5)
            np.testing.assert_allclose(answer.maps["gradcam"], maps[place], rtol=1e-4, atol=1e-6)
        assert each.placements["receptive_field"] == grid.placement


def test_a_face_is_asked_about_once(folder, passed):
    audited, study = Audited(folder), study_of(folder)
    first = run_answers(audited, study, RUN, audited.images[:3])
    assert passed == [3, 3, 3]
    again = run_answers(audited, study, RUN, audited.images[:5])
    assert passed[3:] == [2, 2, 2]
    image = audited.images[0]
    for role in NAMES:
        assert again.roles[role].answers[image] is first.roles[role].answers[image]
    run_answers(audited, study, RUN, audited.images[:5])
    assert len(passed) == 6
    run_answers(audited, study, RUN, audited.images[:5], "layercam")
    assert passed[6:] == [5, 5, 5]


def test_several_viewers_at_once(folder, passed):
    audited, study = Audited(folder), study_of(folder)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(run_answers, audited, study, RUN, audited.images[:4]) for _ in "1234"]
        found = [each.result() for each in asked]
    assert passed == [4, 4, 4]
    assert all(len(each.roles["after"].answers) == 4 for each in found)


def test_a_run_that_was_made_anew_answers_anew(copy):
    audited, study = Audited(copy), study_of(copy)
    image = audited.images[0]
    before = run_answers(audited, study, RUN, [image])
    save_network(study / f"data/networks/{RUN}/1.safetensors", 99)
    after = run_answers(audited, study, RUN, [image])
    changed = {
        role: not np.array_equal(
            before.roles[role].answers[image].logits, after.roles[role].answers[image].logits
        )
        for role in NAMES
    }
    assert changed == {"before": False, "control": False, "after": True}


def test_crops_of_another_kind_are_refused(copy):
    audited, study = Audited(copy), study_of(copy)
    for key, value in (("size", 128), ("scale", 4.5)):
        params = params_of(study)
        write_params(study, params | {"crop": params["crop"] | {key: value}})
        with pytest.raises(InputError, match=rf"params\.yaml: crop\.{key}: found {value:g}, and"):
            run_answers(audited, study, RUN, audited.images[:1])
        write_params(study, params)
    params = params_of(study)
    write_params(study, params | {"crop": params["crop"] | {"reduced_decoding": False}})
    assert run_answers(audited, study, RUN, audited.images[:1]).roles["after"].problem is None


def test_a_network_that_cannot_be_asked_leaves_the_others(copy):
    audited, study = Audited(copy), study_of(copy)
    (study / "data/networks/bce/1.safetensors").write_bytes(b"no weights")
    (study / f"data/guided/{RUN}.json").write_text("{half")
    found = run_answers(audited, study, RUN, audited.images[:1])
    assert found.roles["control"].problem.startswith("bce is left out: ")
    assert "1.safetensors" in found.roles["control"].problem
    assert found.roles["before"].problem is found.roles["after"].problem is None
    assert found.pairs == {}
    shutil.rmtree(study / "data/networks/bce")
    found = run_answers(audited, study, RUN, audited.images[:1])
    assert "no weights of seed 1" in found.roles["control"].problem


def test_what_there_is_not(folder):
    audited, study = Audited(folder), study_of(folder)
    with pytest.raises(InputError, match="hat"):
        run_answers(audited, study, "hat", audited.images[:1])
    with pytest.raises(InputError, match=r"nobody\.jpg"):
        run_answers(audited, study, RUN, ["nobody.jpg"])
    with pytest.raises(InputError, match="method: found 'rise'"):
        run_answers(audited, study, RUN, audited.images[:1], "rise")
    assert run_answers(audited, study, RUN, []).roles["after"].answers == {}


def test_code_is_run_only_where_params_name_it(copy):
    """A file of weights that names a function, put in the place of a nano's."""
    from safetensors.numpy import save_file

    audited, study = Audited(copy), study_of(copy)
    file = study / f"data/networks/{RUN}/1.safetensors"
    save_file(
        {"x": np.zeros(1, np.float32)}, file, {"network": "python:os:getcwd", "outputs": "40"}
    )
    found = run_answers(audited, study, RUN, audited.images[:1])
    assert "run_python" in found.roles["after"].problem


def test_networks_of_other_kinds(copy):
    """Of torchvision: its maps are taken where the study says, and not by every method."""
    import torch

    from heed.networks.other import other_network
    from heed.networks.settings import mean_and_std
    from heed.networks.weights import save_weights

    audited, study = Audited(copy), study_of(copy)
    name = "torchvision:squeezenet1_1"
    torch.manual_seed(0)
    network = other_network(name, 40, "auto", mean_and_std(name))
    save_weights(network, study / f"data/networks/{RUN}/1.safetensors")
    for layer, cells in (("features.5", 11), ("features.2", 23)):
        params = params_of(study)
        params["network"]["name"], params["maps"]["layer"] = name, layer
        write_params(study, params)
        each = run_answers(audited, study, RUN, audited.images[:2]).roles["after"]
        assert each.problem is None
        answer = each.answers[audited.images[1]]
        assert answer.maps["gradcam"].shape == (40, cells, cells)
        assert np.isnan(answer.contribution).all()
        crop = stored_faces(audited).crop(audited.images[1])
        with torch.no_grad():
            pixels = torch.from_numpy(crop[None]).permute(0, 3, 1, 2).float() / 255
            expected = network.eval()(pixels)[0].numpy()
        np.testing.assert_allclose(answer.logits, expected, rtol=1e-3, atol=1e-5)
    each = run_answers(audited, study, RUN, audited.images[:2], "cam").roles["after"]
    assert each.problem.startswith(f"{RUN} is left out: ")


def test_nothing_is_written(folder):
    audited = Audited(folder)
    before = sorted((each, each.stat().st_mtime_ns) for each in folder.rglob("*"))
    run_answers(audited, study_of(folder), RUN, audited.images[:2])
    assert sorted((each, each.stat().st_mtime_ns) for each in folder.rglob("*")) == before
    assert yaml.safe_load((folder / "params.yaml").read_text())["crop"]["size"] == audited.size


def test_torch_is_imported_when_a_network_is_asked():
    code = (
        "import sys, heed.explorer.directed_tiles as found; "
        "assert found.directed_tile and 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
