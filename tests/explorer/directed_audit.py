"""A small audit with a study of attention beside it, whose networks are real: nano with noise."""

from pathlib import Path

import pytest
import yaml

from heed.attention.plans import write_pairs
from heed.attention.run_settings import load_pairs, load_runs
from heed.celeba.attributes import ATTRIBUTES
from heed.networks.catalogue import build
from heed.networks.weights import save_weights
from tests.attention.changed_params import STUDY
from tests.explorer import audit_folder

SIZE = 96
RUN, PAIR, ATTRIBUTE = "box_Wearing_Hat_iou", "box_Wearing_Hat", "Wearing_Hat"
BOX = [20.3, 4.4, 70.2, 39.7]
"""No edge runs through centres of pixels, which rounding would put on either side."""

SEEDS = {"plain": (0, 1, 2), "bce": (1, 2), RUN: (1, 2)}


def directed_audit(folder: Path, faces: int = 6) -> Path:
    """Write the audit; the study is in ``studies/attention`` of the folder that is returned."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit_folder, "SIZE", SIZE)
        patch.setattr(audit_folder, "CELLS", 3)
        crop = audit_folder.PARAMS["crop"] | {"size": SIZE}
        patch.setattr(audit_folder, "PARAMS", audit_folder.PARAMS | {"crop": crop})
        audit_folder.audit_folder(folder, faces, models=("balanced",), replicates=1)
    study = folder / "studies/attention"
    params = yaml.safe_load((STUDY / "params.yaml").read_text())
    params["crop"] = crop
    params["pairs"][PAIR] = {"attribute": ATTRIBUTE, "confounder": "Smiling", "regions": None,
                             "box": BOX}  # fmt: skip
    params["runs"][RUN] = {"pairs": [PAIR], "loss": "iou", "weights": [1.0, 0.125]}
    study.mkdir(parents=True)
    write_params(study, params)
    for number, (name, seeds) in enumerate(SEEDS.items()):
        for seed in seeds:
            save_network(study / f"data/networks/{name}/{seed}.safetensors", 5 + 10 * number + seed)
    write_led(study, RUN)
    return folder


def params_of(study: Path) -> dict:
    return yaml.safe_load((study / "params.yaml").read_text())


def write_params(study: Path, params: dict) -> None:
    (study / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))


def save_network(file: Path, seed: int) -> None:
    """A nano whose weights are noise."""
    import torch

    torch.manual_seed(seed)
    network = build("nano", len(ATTRIBUTES))
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    file.parent.mkdir(parents=True, exist_ok=True)
    save_weights(network, file)


def write_led(study: Path, run: str) -> None:
    """The pairs that lead a run, as the stage inventory writes them."""
    pairs = load_pairs(study / "params.yaml")
    of_run = load_runs(study / "params.yaml")[run].pairs
    (study / "data/guided").mkdir(parents=True, exist_ok=True)
    write_pairs({name: pairs[name] for name in of_run}, study / f"data/guided/{run}.json")
