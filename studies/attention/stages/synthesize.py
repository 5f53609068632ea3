"""Stage synthesize: draw faces with attributes, unless those are your own."""

from heed.pipeline.stage import run

from heed.attention import paths
from heed.base.files import write_text, written_whole
from heed.base.settings import load
from heed.celeba.settings import DataParams
from heed.pipeline.sources import check_source
from heed.process.cores import usable_cores
from heed.synthetic.dataset import write_collection
from heed.synthetic.settings import SyntheticParams
from heed.synthetic.studio import Recipe

DRAWN = "{} faces drawn by Heed, in CelebA's layout.\n"
NOTHING_DRAWN = "Nothing was drawn: params.yaml names faces of your own.\n"


def main() -> None:
    """Write ``data/synthetic`` in CelebA's layout, with a README.txt."""
    data = load(DataParams)
    check_source(data)
    recipe = Recipe(**load(SyntheticParams).model_dump())
    with written_whole(paths.SYNTHETIC) as folder:
        words = NOTHING_DRAWN
        if data.source == "synthetic":
            words = DRAWN.format(sum(recipe.counts))
            write_collection(recipe, folder, workers=usable_cores(), with_evidence=False)
        else:
            folder.mkdir()
        write_text(words, folder / "README.txt")
    print(f"synthesize: {words.strip()}")


if __name__ == "__main__":
    run(main)
