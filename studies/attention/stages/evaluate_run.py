"""Stage evaluate_run: what tuned networks answer, and where they look; its argument is a run."""

from heed.pipeline.stage import run

import sys

from heed.attention.evaluation import evaluate
from heed.attention.maps_settings import MapsParams
from heed.attention.run_settings import EvaluateParams
from heed.base.settings import load
from heed.geometry.settings import CropParams
from heed.masks.settings import MaskParams


def main() -> None:
    """Write the tables of :mod:`heed.attention.schema`, and examples, of one run."""
    name = sys.argv[1]
    found = evaluate(
        name, load(CropParams), load(MapsParams), load(MaskParams), load(EvaluateParams)
    )
    print(f"evaluate {name}: {found}")


if __name__ == "__main__":
    run(main)
