"""The paper's setting: what DVC is asked for, and what is refused."""

from pathlib import Path

import pytest
import yaml

from heed.base.settings import ParamsError, load
from heed.probing.consistency import check_all
from heed.probing.run_settings import (
    PersonsParams,
    ProbeParams,
    SeedsParams,
    TrainingParams,
    load_layers,
    load_networks,
)
from heed.probing.settings import AnswersParams
from tests.probing.changed_params import STUDY
from tests.recognition.persons import folder_of_persons
from tests.settings_of_studies import celeba, start, use

FOLDERS = ("faces", "persons", "lfw")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """The study's parameter files in a git repository, beside a few persons and empty faces."""
    celeba(tmp_path / "faces")
    folder_of_persons(tmp_path / "persons", each=1)
    folder_of_persons(tmp_path / "lfw", each=1)
    (tmp_path / "lfw/pairs.txt").touch()
    return start(tmp_path, "probing", ())


def test_the_papers_setting_is_handed_to_dvc_and_can_be_repeated(study: Path) -> None:
    before = yaml.safe_load((study / "params.yaml").read_text())
    assert use(study, "paper", *FOLDERS)
    path, root = study / "params.yaml", study.parents[1].resolve()
    check_all(path, STUDY / "dvc.yaml")
    persons, training = load(PersonsParams, path), load(TrainingParams, path)
    assert (persons.root, persons.pairs) == (str(root / "persons"), str(root / "lfw/pairs.txt"))
    assert (training.side, training.crop, training.grey, training.epochs) == (256, 224, 0.2, 50)
    assert (training.learning_rate, training.batch_size) == (0.005, 64)
    assert len(load(SeedsParams, path).numbers) == 3
    probe = load(ProbeParams, path)
    assert (probe.training, probe.validation, probe.components, probe.top) == (2048, 6144, 8, 8)
    after = yaml.safe_load(path.read_text())
    for key in ("synthetic", "vip", "silence", "figures"):
        assert after[key] == before[key]
    assert use(study, "paper", *FOLDERS) == []  # to resume


def test_its_networks_are_the_papers_three_and_their_controls(study: Path) -> None:
    use(study, "paper", *FOLDERS)
    path = study / "params.yaml"
    networks, answers = load_networks(path), load(AnswersParams, path)
    assert set(answers.networks) == {n for n, e in networks.items() if e.of == "identities"}
    assert list(answers.networks) == ["resnet50", "mobilenet_v2", "vgg16"]
    assert set(answers.probed) == set(networks)
    for name in networks:
        assert load_layers(name, path).names == ["*"]


def test_celebas_persons_are_a_setting_too(study: Path) -> None:
    given = use(study, "celeba", "faces")
    assert {value.split("=")[0] for value in given} == {
        "data.source", "data.root", "persons.source", "persons.apart",
    }  # fmt: skip
    check_all(study / "params.yaml", STUDY / "dvc.yaml")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("papers", *FOLDERS), "SETTING: found 'papers'; expected celeba or paper"),
        (("celeba",), "CELEBA: found nothing; expected a folder with Anno"),
        (("celeba", "faces", "--dryrun"), "found '--dryrun'; expected SETTING CELEBA PERSONS LFW"),
        (("celeba", "faces", "persons"), "PERSONS: found a folder, and settings/celeba.yaml takes"),
        (("celeba", "persons"), "CELEBA: .*persons.*list_attr_celeba"),
        (("paper", "faces"), "LFW: found nothing; expected a folder of LFW"),
        (("paper", "faces", "", "lfw"), "PERSONS: found nothing; expected a folder with a folder"),
        (("paper", "faces", "nowhere", "lfw"), "PERSONS: .*nowhere: expected a folder"),
        (("paper", "faces", "persons", "persons"), "LFW: .*persons: expected .* with pairs.txt"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_started(
    study: Path, arguments: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ParamsError, match=message):
        use(study, *arguments)
