"""Stage inventory: read the CelebA folder into ``data/faces.parquet``.

It runs at every ``dvc repro``, in place of hashing every image: when the table comes
out unchanged, nothing that depends on it runs. Being the first to run, it also checks
all of params.yaml and that no output would take the place of somebody's own files (DVC would
empty it), opens every weights file that it names and notes their content,
and which partitions are needed: where nothing is trained, only the audited one.

What it read of each image's header is kept in ``data/headers.parquet``, which is no output
and may be removed.
"""

from heed.pipeline.stage import run

from heed.audit import paths
from heed.audit.consistency import check_all
from heed.audit.models import ModelParams, load_models
from heed.audit.partitions import needed_partitions, partitions_note, why_needed
from heed.base.files import write_json, written_whole
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.faces_table import write_faces
from heed.celeba.inventory import take_inventory
from heed.celeba.settings import DataParams
from heed.geometry.settings import FrontalParams
from heed.networks.named_weights import NamedWeights, Note
from heed.pipeline.outputs import check_outputs


def main() -> None:
    """Read, write, and say how many faces there are."""
    check_all()
    check_outputs()
    data, models = load(DataParams), load_models()
    named = NamedWeights(len(ATTRIBUTES), paths.WEIGHTS)
    notes = {name: weights_note(named, name, model) for name, model in models.items()}
    with written_whole(paths.WEIGHTS) as partial:
        for name, note in notes.items():
            write_json(note, partial / f"{name}.json")
    audited = load(FrontalParams).partition
    needed = needed_partitions(models.values(), audited)
    inventory = take_inventory(
        data.folder,
        data.images,
        data.verify,
        needed=needed,
        reason=why_needed(models, audited),
        missing=data.missing,
        landmark_size=data.landmark_size,
        cache=paths.HEADERS,
    )
    write_faces(inventory.table, paths.FACES)
    write_json({"sha256": inventory.contents}, paths.CONTENTS)
    write_json(partitions_note(needed), paths.PARTITIONS)
    write_json({"remarks": inventory.remarks()}, paths.INVENTORY)
    print(f"inventory: {inventory.summary()}")


def weights_note(named: NamedWeights, name: str, model: ModelParams) -> dict[str, Note | None]:
    """What the file that a model names holds; a trained one starts from its pretrained weights."""
    key, network = f"models.{name}", model.network
    given = None if model.trained else model.weights
    start = model.pretrained if model.trained else None
    return {
        "weights": named.note(given, f"{key}.weights", network, "weights"),
        "pretrained": named.note(start, f"{key}.pretrained", network, "pretrained"),
    }


if __name__ == "__main__":
    run(main)
