"""``heed.results``: what the stages wrote, with names."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
import yaml

import heed
from heed.base.arrays import StoredImages
from heed.base.errors import InputError
from heed.base.files import images_digest
from heed.base.stores import add_coordinates, create_array, new_store
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.postprocess import normalise
from heed.masks.packing import pack
from heed.metrics.acceptable_mask_ratio import acceptable_mask_ratio
from heed.metrics.groups import GROUPS
from stages import cams, score
from tests.placements import stored, uneven

SIZE, CELLS = 32, 4
AUDITED = ["c.jpg", "a.jpg", "d.jpg"]  # in the order of the audit, which is none
OTHERS = ["x.jpg", "y.jpg"]
MODELS = ("first", "second")


@pytest.fixture(scope="module")
def audit(tmp_path_factory):
    """An audit of three faces by two models, of which the first has two trainings."""
    folder, rng = tmp_path_factory.mktemp("audit"), np.random.default_rng(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        params = {
            "cam": {"method": "gradcam", "target": 2, "placement": "receptive_field"},
            "score": {"threshold": 0.5, "filled": "keep"},
            "mask": {"version": 3},
            "frontal": {"partition": "test", "threshold": 0.1},
            "models": dict.fromkeys(MODELS),
        }
        Path("params.yaml").write_text(yaml.safe_dump(params))
        labels = rng.choice([-1, 1], size=(5, len(ATTRIBUTES))).astype(np.int8)
        faces = pd.DataFrame(labels, columns=ATTRIBUTES)
        faces.insert(0, "image", [*sorted(AUDITED), *OTHERS])
        faces.insert(1, "partition", np.array([2, 2, 2, 0, 0], np.int8))
        Path("data/crops").mkdir(parents=True)
        faces.to_parquet("data/faces.parquet", index=False)
        kept = [*AUDITED[:2], "z.jpg", AUDITED[2]]
        frontal = pd.DataFrame({"image": kept, "kept": [True, True, False, True]})
        frontal.to_parquet("data/frontal.parquet", index=False)
        frontal[["image"]].to_parquet("data/crops/test.parquet", index=False)
        np.save("data/crops/test.npy", rng.integers(0, 256, (4, SIZE, SIZE, 3), np.uint8))
        for version, drawn in (("2", 1), ("3", len(AUDITED))):
            write_masks(version, rng.random((drawn, 2, SIZE, SIZE)) < 0.5)
        for model, replicate in (("first", 1), ("first", 2), ("second", 1)):
            write_maps(model, replicate, rng)
        for model in MODELS:
            patch.setattr(sys, "argv", ["", model])
            cams.main()
            score.main()
        with new_store("data/averages.zarr") as root:
            for model in MODELS:
                group = root.create_group(model)
                shape = (len(ATTRIBUTES), len(GROUPS), SIZE, SIZE)
                axes = ("attribute", "group", "y", "x")
                means = create_array(group, "means", shape, "float32", shape, axes)
                means[:] = MODELS.index(model)
                add_coordinates(group, {"attribute": ATTRIBUTES, "group": list(GROUPS)})
        Path("metrics/tables").mkdir(parents=True)
        Path("metrics/tables/amr.csv").write_text("attribute,first_amr\nBald,0.5\n")
    return heed.results(folder)


def write_masks(version, masks):
    with new_store(f"data/masks/{version}.zarr") as group:
        group.attrs["version"] = int(version)
        group.attrs["size"] = SIZE
        group.attrs["region_of_attribute"] = [index % 2 for index in range(len(ATTRIBUTES))]
        group.attrs["images_sha256"] = images_digest(AUDITED)
        axes = ("image", "region", "y", "eight_pixels_of_x")
        shape = (*masks.shape[:-1], SIZE // 8)
        create_array(group, "regions", shape, "uint8", shape, axes)[:] = pack(masks)


def write_maps(model, replicate, rng):
    shape = (len(AUDITED), len(ATTRIBUTES), CELLS, CELLS)
    with new_store(f"data/maps/{model}/{replicate}.zarr") as group:
        group.attrs.update({"images_sha256": images_digest(AUDITED), **stored(SIZE, CELLS)})
        for method in ("gradcam", "hirescam"):
            axes = ("image", "attribute", "y", "x")
            maps = create_array(group, method, shape, "float32", shape, axes)
            maps[:] = rng.normal(size=shape)
    logits = rng.normal(size=shape[:2]).astype(np.float32)
    logits[0, 0] = 0
    columns = [f"{part}.{name}" for part in ("logit", "contribution") for name in ATTRIBUTES]
    table = pd.DataFrame(np.hstack([logits, logits / 2]), columns=columns)
    table.insert(0, "image", AUDITED)
    Path("data/predictions", model).mkdir(parents=True, exist_ok=True)
    table.to_parquet(f"data/predictions/{model}/{replicate}.parquet", index=False)


def test_scores_are_a_row_per_face_and_attribute_with_their_conditions(audit):
    scores = audit.scores()
    assert audit.models == MODELS
    assert len(scores) == 3 * len(AUDITED) * len(ATTRIBUTES)
    conditions = {"mask_version": 3, "threshold": 0.5, "filled": "keep", "method": "gradcam",
                  "target": 2, "placement": "receptive_field"}  # fmt: skip
    assert {name: scores[name].unique().tolist() for name in conditions} == {
        name: [value] for name, value in conditions.items()
    }
    faces = pd.read_parquet(audit.path / "data/faces.parquet").set_index("image")
    train = faces[faces.partition == 0][list(ATTRIBUTES)].sum()
    sure = scores[scores.logit != 0]
    for row in sure.sample(40, random_state=0).itertuples():
        assert row.label == faces.loc[row.image, row.attribute]
        assert row.predicted == np.sign(row.logit)
        assert row.correct == (row.predicted == row.label)
        assert row.majority == (row.label == (1 if train[row.attribute] >= 0 else -1))
    undecided = scores[scores.logit == 0]
    assert len(undecided) == 3
    assert undecided.correct.isna().all()
    assert (undecided.predicted == 1).all()


def test_scores_of_some_models_and_attributes(audit):
    scores = audit.scores(models=["second"], attributes=["Bald", "Young"])
    assert scores.model.unique().tolist() == ["second"]
    assert sorted(scores.attribute.unique()) == ["Bald", "Young"]
    whole = audit.scores().query("model == 'second' and attribute in ['Bald', 'Young']")
    np.testing.assert_array_equal(scores.amr, whole.amr)


def test_a_score_is_that_of_the_map_and_mask_that_are_handed_out(audit):
    maps, masks = audit.maps("second"), audit.masks()
    assert maps.dims == ("image", "attribute", "y", "x")
    np.testing.assert_array_equal(maps.y, [0, 8, 16, 24])
    np.testing.assert_array_equal(maps.x, [2, 10, 18, 26])
    scores = audit.scores(models="second").set_index(["image", "attribute"])
    for image, attribute in (("c.jpg", "Bald"), ("d.jpg", "Smiling"), ("a.jpg", "Young")):
        cell = maps.sel(image=image, attribute=attribute).to_numpy()
        mask = masks.sel(image=image, attribute=attribute).to_numpy()
        pixels = normalise(cell, SIZE, uneven(SIZE, CELLS))
        expected = acceptable_mask_ratio(pixels, mask, threshold=0.5)
        np.testing.assert_allclose(scores.amr.loc[image, attribute], expected, atol=1e-6)


def test_maps_of_a_method_are_raw_and_those_of_the_target_signed(audit):
    raw, signed = audit.maps("first", "gradcam", 2), audit.maps("first", replicate=2)
    logit = audit.predictions("first").logit.sel(replicate=2)
    np.testing.assert_allclose(signed, raw.to_numpy() * np.sign(logit).to_numpy()[..., None, None])
    with pytest.raises(ValueError, match="method: found 'layercam'; expected one of gradcam, hire"):
        audit.maps("first", "layercam")
    with pytest.raises(ValueError, match="replicate: found 3; expected 1, 2"):
        audit.maps("first", replicate=3)
    np.testing.assert_array_equal(raw.y, signed.y)
    np.testing.assert_array_equal(raw.x, [2, 10, 18, 26])
    assert raw.placement == "receptive_field"
    assert audit.maps("first", replicate="2").replicate == 2
    with pytest.raises(ValueError, match="model: found 'third'; expected of first, second"):
        audit.maps("third")


def test_predictions_are_labelled(audit):
    found = audit.predictions("first")
    assert found.logit.dims == ("replicate", "image", "attribute")
    table = pd.read_parquet(audit.path / "data/predictions/first/2.parquet").set_index("image")
    picked = found.sel(replicate=2, image="d.jpg", attribute="Smiling")
    assert picked.logit == table.loc["d.jpg", "logit.Smiling"]
    assert picked.contribution == table.loc["d.jpg", "contribution.Smiling"]
    faces = pd.read_parquet(audit.path / "data/faces.parquet").set_index("image")
    assert picked.label == faces.loc["d.jpg", "Smiling"]


@pytest.mark.parametrize("version", [2, "3"])
def test_masks_are_unpacked_for_the_faces_that_are_asked_for(audit, version):
    masks = audit.masks(version, images=["d.jpg", "c.jpg"], attributes=["Young", "Bald"])
    assert masks.dtype == bool
    assert masks.dims == ("image", "attribute", "y", "x")
    everything = audit.masks(version)
    for image in ("c.jpg", "d.jpg"):
        for name in ("Bald", "Young"):
            some, one = (each.sel(image=image, attribute=name) for each in (masks, everything))
            np.testing.assert_array_equal(some, one)
    stored = xr.open_zarr(audit.path / f"data/masks/{version}.zarr").regions[-1].to_numpy()
    bits = np.unpackbits(stored[ATTRIBUTES.index("Young") % 2], axis=-1).astype(bool)
    np.testing.assert_array_equal(masks.sel(image="d.jpg", attribute="Young"), bits)


def test_masks_that_would_not_fit_are_refused(audit, monkeypatch):
    monkeypatch.setattr("heed.audit.results.LARGEST", 2**16)
    with pytest.raises(ValueError, match=r"3 faces x 40 attributes .* ask for fewer by images="):
        audit.masks()
    with pytest.raises(ValueError, match="version: found '7'; expected of 2, 3"):
        audit.masks(7)
    with pytest.raises(ValueError, match=r"'q\.jpg', which is not among the 3 audited faces"):
        audit.masks(images=["q.jpg"])


def test_crops_and_averages_and_tables(audit):
    crops = audit.crops(["d.jpg", "c.jpg"])
    stored_crops = StoredImages(audit.path / "data/crops/test.npy")
    np.testing.assert_array_equal(crops.sel(image="d.jpg"), stored_crops[3])
    averages = audit.averages()
    assert averages.means.dims == ("model", "attribute", "group", "y", "x")
    assert averages.means.sel(model="second", attribute="Bald", group="all").mean() == 1
    assert audit.table("amr").first_amr.tolist() == [0.5]
    with pytest.raises(ValueError, match="table: found 'pe'; expected of amr"):
        audit.table("pe")


def test_names_may_be_one_or_an_array_but_not_none_at_all(audit):
    images = audit.maps("first").image[:2]
    assert audit.masks(images=images).image.to_numpy().tolist() == ["c.jpg", "a.jpg"]
    assert audit.masks(images="a.jpg", attributes="Bald").shape == (1, 1, SIZE, SIZE)
    assert audit.crops("z.jpg").shape == (1, SIZE, SIZE, 3)
    with pytest.raises(ValueError, match="models: found no name; expected at least one"):
        audit.scores(models=[])
    with pytest.raises(ValueError, match="attributes: found no name"):
        audit.scores(attributes=[])
    with pytest.raises(ValueError, match=r"images: found 'q\.jpg', which is not among the 4 faces"):
        audit.crops("q.jpg")


@pytest.fixture
def copy(audit, tmp_path):
    shutil.copytree(audit.path, tmp_path / "copy")
    return tmp_path / "copy"


def test_a_model_that_params_no_longer_lists_is_not_looked_at(copy):
    params = yaml.safe_load((copy / "params.yaml").read_text())
    (copy / "params.yaml").write_text(yaml.safe_dump(params | {"models": {"second": None}}))
    found = heed.results(copy)
    assert found.models == ("second",)
    assert found.scores().model.unique().tolist() == ["second"]
    assert found.averages().model.to_numpy().tolist() == ["second"]
    (copy / "params.yaml").write_text(yaml.safe_dump(params | {"models": {"third": None}}))
    with pytest.raises(ValueError, match=r"found scores of first, second, but .* models third"):
        heed.results(copy)


@pytest.mark.parametrize(
    ("missing", "ask"),
    [
        ("data/faces.parquet", lambda found: found.scores()),
        ("data/predictions/first", lambda found: found.predictions("first")),
        ("data/cams/first", lambda found: found.maps("first")),
        ("data/maps/first/1.zarr/zarr.json", lambda found: found.maps("first", "gradcam")),
        ("data/frontal.parquet", lambda found: found.masks()),
        ("data/masks", lambda found: found.masks()),
        ("data/crops/test.parquet", lambda found: found.crops("z.jpg")),
        ("data/crops/test.npy", lambda found: found.crops("z.jpg")),
        ("data/averages.zarr", lambda found: found.averages()),
        ("data/averages.zarr/second", lambda found: found.averages()),
        ("metrics/tables", lambda found: found.table("amr")),
    ],
)
def test_what_half_a_run_lacks_is_named_with_what_to_do(copy, missing, ask):
    path = copy / missing
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(InputError, match="run `dvc repro`, or `dvc pull`") as caught:
        ask(heed.results(copy))
    named = missing.removesuffix("/zarr.json")
    assert str(copy / named) in str(caught.value) or "there is none" in str(caught.value)


def test_a_store_that_lost_files_is_damaged_and_one_of_zeros_is_not(copy):
    folder = copy / "data/cams/first"
    files = [file for file in folder.rglob("*") if file.is_file()]
    outs = [{"path": "data/cams/first", "nfiles": len(files)}]
    (copy / "dvc.lock").write_text(yaml.safe_dump({"stages": {"cams@first": {"outs": outs}}}))
    heed.results(copy).maps("first").load()
    (chunk,) = (file for file in files if file.match("1.zarr/cams/c/0/0/0/0"))
    chunk.unlink()
    with pytest.raises(InputError, match=r"is damaged: 1 of the 1 chunks of cams .*found \d"):
        heed.results(copy).maps("first")
    outs[0]["nfiles"] -= 1  # as if the maps were 0 throughout: such chunks are not stored
    (copy / "dvc.lock").write_text(yaml.safe_dump({"stages": {"cams@first": {"outs": outs}}}))
    assert not heed.results(copy).maps("first").any()


def test_a_table_that_is_cut_off_is_damaged(copy):
    (copy / "data/scores/first/1.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match=r"1\.parquet: is damaged"):
        heed.results(copy).scores()


def test_a_folder_without_an_audit_says_so(tmp_path):
    with pytest.raises(ValueError, match=r"data.scores: found no scores; expected the folder of"):
        heed.results(tmp_path)


def test_every_store_opens_as_it_is_and_quietly(audit, recwarn):
    for store in audit.path.rglob("*.zarr"):
        xr.open_zarr(store).load()
    assert not [each for each in recwarn if issubclass(each.category, RuntimeWarning | UserWarning)]


def test_other_readers_of_parquet_read_every_table(audit):
    import duckdb
    import polars

    for file in audit.path.rglob("*.parquet"):
        expected = pd.read_parquet(file)
        assert polars.read_parquet(file).shape == expected.shape
        rows = duckdb.sql(f"select count(*) from read_parquet('{file}')").fetchall()
        assert rows == [(len(expected),)]
