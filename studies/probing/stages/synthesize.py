"""Stage synthesize: draw faces with attributes, and persons, unless those are your own."""

from heed.pipeline.stage import run

from dataclasses import replace

from heed.base.files import write_text, written_whole
from heed.base.settings import load
from heed.celeba.settings import DataParams
from heed.pipeline.sources import check_source
from heed.probing import paths
from heed.probing.run_settings import PersonsParams
from heed.process.cores import usable_cores
from heed.synthetic.dataset import write_collection
from heed.synthetic.settings import SyntheticParams
from heed.synthetic.studio import Recipe

DRAWN = "{} faces drawn by Heed, in CelebA's layout.\n"
NOTHING_DRAWN = "Nothing was drawn: params.yaml names faces of your own.\n"


def main() -> None:
    """Write ``data/synthetic`` and ``data/persons`` in CelebA's layout, each with a README.txt."""
    data, synthetic, persons = load(DataParams), load(SyntheticParams), load(PersonsParams)
    check_source(data)
    recipe = Recipe(**synthetic.model_dump())
    draw(recipe if data.source == "synthetic" else None, paths.SYNTHETIC)
    # One partition: who is trained on and who is verified is decided later, by person.
    own = replace(
        recipe,
        train=persons.drawn,
        validation=1,
        test=1,
        faces_per_identity=persons.per_person,
        seed=persons.seed,
    )
    draw(own if persons.source == "drawn" else None, paths.PERSONS)


def draw(recipe: Recipe | None, target: str) -> None:
    """Draw a collection; without a recipe say that there is none."""
    with written_whole(target) as folder:
        words = NOTHING_DRAWN
        if recipe is None:
            folder.mkdir()
        else:
            words = DRAWN.format(sum(recipe.counts))
            write_collection(recipe, folder, workers=usable_cores(), with_evidence=False)
        write_text(words, folder / "README.txt")
    print(f"synthesize: {target}: {words.strip()}")


if __name__ == "__main__":
    run(main)
