"""Stage inventory: read the CelebA folder into ``data/faces.parquet``.

It runs at every ``dvc repro``, in place of hashing every image: when the table comes
out unchanged, nothing that depends on it runs. Being the first to run, it also checks
all of params.yaml and that no output would take the place of somebody's own files (DVC would
empty it), opens every weights file that it names and notes their content, tries networks that are
not Heed's own and notes their code, and which partitions are needed: where nothing is trained, only
the audited one.

What it read of each image's header is kept in ``data/headers.parquet``, which is no output
and may be removed.
"""

from heed.pipeline.stage import run

from heed.audit import paths
from heed.audit.consistency import check_all
from heed.audit.device_consistency import check_device
from heed.audit.models import ModelParams, load_models
from heed.audit.network_consistency import NOTED, Tried, TriedNetworks
from heed.audit.partitions import needed_partitions, partitions_note, why_needed
from heed.base.files import write_json, written_whole
from heed.base.settings import load, named_file_digest
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.faces_table import write_faces
from heed.celeba.inventory import take_inventory
from heed.celeba.settings import DataParams
from heed.geometry.settings import FrontalParams
from heed.networks.named_weights import NamedWeights, Note
from heed.networks.settings import is_other
from heed.pipeline.outputs import check_outputs


def main() -> None:
    """Read, write, and say how many faces there are."""
    check_all()
    check_outputs()
    data, models = load(DataParams), load_models()
    check_device(models)
    named = NamedWeights(len(ATTRIBUTES), paths.WEIGHTS)
    tried = TriedNetworks(paths.WEIGHTS)
    notes = {name: network_note(named, tried, name, model) for name, model in models.items()}
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


def network_note(
    named: NamedWeights, tried: TriedNetworks, name: str, model: ModelParams
) -> dict[str, Note | Tried | None]:
    """What the file that a model names holds; a trained one starts from its pretrained weights.

    Of a network that Heed does not build itself also what it is.
    """
    key, network = f"models.{name}", model.network
    start = model.pretrained if model.trained else None
    if is_other(network):
        files = {
            "weights": named_file_digest(model.file, f"{key}.weights"),
            "pretrained": named_file_digest(start, f"{key}.pretrained"),
        }
        return {NOTED: tried.note(name, model, files)}
    return {
        "weights": named.note(model.file, f"{key}.weights", network, "weights"),
        "pretrained": named.note(start, f"{key}.pretrained", network, "pretrained"),
    }


if __name__ == "__main__":
    run(main)
