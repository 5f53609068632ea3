"""Stage baseline: what a network tells that was trained on the attributes themselves."""

from heed.pipeline.stage import run

import numpy as np
import pandas as pd

from heed.base.files import write_table
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.forward import logits_of
from heed.pls.rates import rates
from heed.probing import paths
from heed.probing.faces import LabelledFaces
from heed.probing.run_settings import BaselineParams, ProbeParams
from heed.probing.stored_weights import load_stored, weights_of


def main() -> None:
    """Write ``data/baseline.parquet``: accuracy on the test faces, by seed and attribute."""
    name, faces, size = load(BaselineParams).network, LabelledFaces.read(), load(ProbeParams)
    rows = []
    for file in weights_of(name):
        network = load_stored(file)
        parts = np.array_split(faces.test, -(-len(faces.test) // 256))
        answers = np.concatenate(
            [logits_of(network, faces.images[part], size.batch_size) for part in parts]
        )
        for number, attribute in enumerate(ATTRIBUTES):
            found = rates(answers[:, number] >= 0, faces.labels[faces.test, number] > 0)
            rows.append(
                {
                    "seed": int(file.stem),
                    "attribute": attribute,
                    "accuracy": float(found.accuracy),
                    "balanced_accuracy": float(found.balanced_accuracy),
                }
            )
    table = pd.DataFrame(rows)
    write_table(table, paths.BASELINE)
    print(f"baseline {name}: mean accuracy {table['accuracy'].mean():.1%}")


if __name__ == "__main__":
    run(main)
