"""Draw the default images; with a data set of your own there is nothing to draw."""

from heed.pipeline.stage import run

from tqdm import tqdm

from heed.base.files import write_text, written_whole
from heed.base.settings import load
from heed.fundus.collection import Recipe, write_collection
from heed.fundus.settings import FundusParams
from heed.methods import paths
from heed.methods.consistency import check_all
from heed.methods.drawn_faces import write_faces
from heed.methods.settings import DataParams
from heed.process.cores import usable_cores

DRAWN = "{} fundus images drawn by Heed, with the masks of their discs.\n"
FACES = "{} faces drawn by Heed, with the evidence of {} as masks.\n"
NOTHING_DRAWN = "No images were drawn: data.source in params.yaml is {}.\n"


def main() -> None:
    """Write ``data/drawn``, a masked data set; the stage inventory needs its README.txt."""
    data, fundus = load(DataParams), load(FundusParams)
    check_all()
    with written_whole(paths.DRAWN) as folder:
        folder.mkdir()
        words = NOTHING_DRAWN.format(data.source)
        counts = (fundus.train, fundus.validation, fundus.test)
        if data.source == "faces":
            with tqdm(total=sum(counts), unit="face", desc="draw") as progress:
                write_faces(
                    data.positive,
                    counts,
                    folder,
                    sharpness=fundus.sharpness,
                    seed=fundus.seed,
                    advance=progress.update,
                )
            words = FACES.format(sum(counts), data.positive)
        if data.source == "drawn":
            recipe = Recipe(
                counts=counts,
                side=fundus.side,
                sharpness=fundus.sharpness,
                unevenness=fundus.unevenness,
                seed=fundus.seed,
            )
            with tqdm(total=sum(counts), unit="image", desc="draw") as progress:
                workers = usable_cores()
                write_collection(recipe, folder, workers=workers, advance=progress.update)
            words = DRAWN.format(sum(counts))
        write_text(words, folder / "README.txt")
    print(f"draw: {words.strip()}")


if __name__ == "__main__":
    run(main)
