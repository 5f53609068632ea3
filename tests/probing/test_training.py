"""How networks come to be: of identities, attributes, nothing or a file; what they recognise."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from heed.base.files import write_table
from heed.base.settings import load
from heed.celeba.faces_table import write_faces
from heed.celeba.inventory import take_inventory
from heed.celeba.settings import DataParams
from heed.probing import paths
from heed.probing.persons import with_sizes
from heed.probing.run_settings import (
    AttributeTrainingParams,
    PersonsParams,
    TrainingParams,
    load_network_params,
)
from heed.probing.training import Made, Maker
from heed.recognition.identities import find_identities, identities_in
from heed.recognition.penultimate import load_any
from heed.synthetic.dataset import write_collection
from heed.synthetic.studio import Recipe
from tests.probing.changed_params import changed

SMALL = {"plan": "small_plain", "width": 4, "depth": 1}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the study with a few drawn faces, whose persons are told apart as well."""
    folder = tmp_path_factory.mktemp("study")
    recipe = Recipe(40, 8, 8, 7.0, 3.0, 1.0, 0.7, 0)
    write_collection(recipe, folder / "data/synthetic", workers=1, with_evidence=False)
    changed(
        folder,
        data__root=str(folder / "data/synthetic"),
        persons__source="faces",
        persons__apart=0.5,
        persons__folds=2,
        persons__each=2,
        training__side=40,
        training__crop=32,
        training__epochs=1,
        training__batch_size=8,
        attribute_training__epochs=1,
        networks={
            "persons": {"of": "identities", **SMALL},
            "attributes": {"of": "attributes", **SMALL},
            "untrained": {"of": "random", **SMALL},
            "given": {"of": "file", "weights": str(folder / "data/networks/untrained.safetensors")},
        },
    )
    table = take_inventory(str(folder / "data/synthetic"), "aligned", "size").table
    write_faces(table, folder / paths.FACES)
    identities = identities_in(table, "faces").table
    write_table(with_sizes(identities, folder / "data/synthetic"), folder / paths.IDENTITIES)
    return folder


def made(study: Path, name: str, seed: int = 0) -> tuple[Made, Path]:
    file = study / f"data/networks/{name}.safetensors"
    file.parent.mkdir(parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(study)
        entry = load_network_params(name)
        given = [load(kind) for kind in (DataParams, PersonsParams, TrainingParams)]
        maker = Maker(*given, load(AttributeTrainingParams), 0)
        found = maker.make(name, entry, seed, file, Path(paths.networks(name)))
    assert set(found.recognised) == {"identification", "verification", "verification_sd", "roc_auc"}
    assert 0 <= found.recognised["verification"] <= 1
    return found, file


def outputs(file: Path) -> int:
    head = load_any(file).head
    return int(head.out_features)  # type: ignore[union-attr, arg-type]


def test_of_identities_has_an_output_for_each_person_that_it_is_trained_on(study: Path) -> None:
    found, file = made(study, "persons")
    assert len(found.curves) == 1
    assert 0 <= found.recognised["identification"] <= 1
    persons = pd.read_parquet(study / paths.IDENTITIES)["identity"].nunique()
    assert 2 <= outputs(file) <= persons / 2 + 1


def test_of_attributes_has_an_output_for_each_and_identifies_nobody(study: Path) -> None:
    found, file = made(study, "attributes")
    assert len(found.curves) == 1
    assert np.isnan(found.recognised["identification"])
    assert outputs(file) == 40


def test_of_random_is_not_trained_and_differs_by_its_seed(study: Path) -> None:
    found, file = made(study, "untrained", seed=1)
    other = file.read_bytes()
    assert (found.curves, found.folder) == ([], None)
    again, file = made(study, "untrained")
    assert file.read_bytes() != other
    first = file.read_bytes()
    made(study, "untrained")
    assert file.read_bytes() == first
    assert np.isnan(again.recognised["identification"])


def test_of_file_is_that_file(study: Path) -> None:
    before, source = made(study, "untrained")
    found, file = made(study, "given")
    assert file.read_bytes() == source.read_bytes()
    assert found.curves == []
    np.testing.assert_equal(found.recognised, before.recognised)


def test_a_folder_of_persons_is_verified_on_pairs_of_lfws_layout(study: Path) -> None:
    """Drawn faces, laid out as LFW lays out its own."""
    table = pd.read_parquet(study / paths.IDENTITIES)
    names = []
    for identity, of in table.groupby("identity"):
        if len(of) < 2:
            continue
        names.append(f"Person_{identity}")
        (study / "lfw" / names[-1]).mkdir(parents=True)
        for number, path in enumerate(of["path"], 1):
            image = study / "lfw" / names[-1] / f"{names[-1]}_{number:04d}.jpg"
            shutil.copy(study / "data/synthetic" / path, image)
    a, b, c, d = names[:4]
    lines = ["2\t1", f"{a}\t1\t2", f"{a}\t1\t{b}\t2", f"{c}\t2\t1", f"{c}\t1\t{d}\t1"]
    (study / "pairs.txt").write_text("\n".join(lines) + "\n")
    params = yaml.safe_load((study / "params.yaml").read_text())
    own = {"source": "folder", "root": str(study / "lfw"), "pairs": str(study / "pairs.txt")}
    params["persons"] |= own | {"pairs_root": str(study / "lfw")}
    identities = find_identities(study / "lfw")
    folder = study / "of_lfw"
    (folder / "data").mkdir(parents=True)
    write_table(identities.table, folder / paths.IDENTITIES)
    (folder / "params.yaml").write_text(yaml.safe_dump(params))
    found, file = made(folder, "persons")
    assert outputs(file) == len(names)  # nobody is kept apart
    assert found.recognised["verification"] in (0, 0.25, 0.5, 0.75, 1)
