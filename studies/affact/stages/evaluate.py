"""Stage ``evaluate``: error rates of networks and ensembles on all test sets, and the published."""

from heed.pipeline.stage import run

import pandas as pd
import zarr

from heed.affact import paths
from heed.affact.decisions import averaged
from heed.affact.settings import EvaluateParams, columns, evaluated_networks, load_ensembles
from heed.affact.tables.baseline import majority_baseline
from heed.affact.tables.comparison import comparison_table, to_latex, to_markdown
from heed.affact.tables.rates import decisions_of, estimate_rates, rates_table
from heed.affact.tables.summary import summary
from heed.affact.tables.table_7_1 import table_7_1
from heed.affact.test_sets import SETS
from heed.base.files import images_digest, write_csv, write_json, write_text, written_whole
from heed.base.matching import check_same_images
from heed.base.partitions import PARTITIONS
from heed.base.rounding import rounded, rounded_table
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.labels import labels_of
from heed.celeba.persons import persons_of


def main() -> None:
    """Write the tables in ``metrics/tables``, and ``metrics/affact.json``."""
    params, networks, ensembles = load(EvaluateParams), evaluated_networks(), load_ensembles()
    stands_for = columns()
    faces = pd.read_parquet(paths.FACES)
    groups = {name: zarr.open_group(paths.logits(name), mode="r") for name in networks}
    listed = paths.predicted_images(next(iter(networks)))
    images = pd.read_parquet(listed)["image"]
    check_same_images(
        {str(listed): images_digest(images)}
        | {paths.logits(name): g.attrs["images_sha256"] for name, g in groups.items()}
    )
    labels = labels_of(images, faces, paths.FACES)
    estimates = estimate_rates(
        {
            (name, test_set): decisions_of(
                averaged([groups[member][test_set][:] for member in ensembles.get(name, [name])]),
                params.threshold,
                params.ten_crops,
            )
            for name in stands_for
            for test_set in SETS
        },
        labels,
        persons_of(images, faces, paths.FACES),
        resamples=params.resamples,
        seed=params.seed,
    )
    training = faces[faces["partition"] == PARTITIONS.index("train")]
    baseline = majority_baseline(training[list(ATTRIBUTES)].to_numpy("int8"), labels)
    rates = rates_table(estimates, params.confidence)
    table = comparison_table(rates, baseline, table_7_1(), stands_for)
    sources = pd.read_parquet(paths.BOXES)["source"]

    with written_whole(paths.TABLES) as tables:
        tables.mkdir()
        write_csv(rounded_table(rates), tables / "rates.csv")
        write_csv(rounded_table(baseline), tables / "baseline.csv")
        write_csv(rounded_table(table), tables / "table_7_1.csv")
        write_text(to_markdown(table, stands_for), tables / "table_7_1.md")
        write_text(to_latex(table, stands_for), tables / "table_7_1.tex")
    metrics = summary(estimates, baseline, sources, len(images), params.confidence)
    write_json(rounded(metrics), paths.METRICS)
    for name in stands_for:
        errors = ", ".join(f"{s} {estimates[name, s]['error'].overall:.1%}" for s in SETS)
        print(f"evaluate {name}: error {errors}")


if __name__ == "__main__":
    run(main)
