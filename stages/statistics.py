"""Stage statistics: how AMR and error rate go together, and how far average maps lie apart."""

from heed.pipeline.stage import run

from typing import Any

import numpy as np
import pandas as pd
import zarr
from numpy.typing import NDArray

from heed.audit import paths
from heed.audit.mask_settings import MaskParams
from heed.audit.tables.layout import models_in, to_latex, to_markdown
from heed.audit.tables.permuted import Side, permuted_divergences
from heed.audit.tables.scales import NORMALISED_COLUMNS, normalised_table, read_scales
from heed.audit.tables.score_arrays import check_same_faces, read_scores
from heed.audit.tables.settings import StatisticsParams
from heed.audit.tables.statistics import (
    Averages,
    amr_statistics,
    compared_pairs,
    kl_summary,
    kl_table,
)
from heed.base.files import write_csv, write_json, write_text
from heed.base.replicates import replicates, same_replicate
from heed.base.rounding import rounded, rounded_table
from heed.base.settings import load
from heed.celeba.persons import persons_of
from heed.explain.placement import stored_placement
from heed.metrics.estimates import OVERALL
from heed.metrics.groups import membership
from heed.metrics.settings import ScaleParams


def main() -> None:
    """Write ``metrics/statistics.json``, ``metrics/tables/normalised.*`` and ``kl.csv``."""
    params = load(StatisticsParams)
    table = pd.read_csv(paths.table("amr"))
    bootstrap: dict[str, Any] = {
        "resamples": params.resamples, "confidence": params.confidence, "seed": params.seed,
    }  # fmt: skip
    found = amr_statistics(table, **bootstrap)
    normalised = normalised_table(
        table,
        pd.read_csv(paths.table("energy")),
        read_scales(paths.table("scales")),
        str(load(MaskParams).version),
        load(ScaleParams).least_range,
    )
    write_csv(rounded_table(normalised), paths.table("normalised"))
    write_text(to_markdown(normalised, NORMALISED_COLUMNS), paths.table("normalised", "md"))
    write_text(to_latex(normalised, NORMALISED_COLUMNS), paths.table("normalised", "tex"))
    on_scale = amr_statistics(normalised, **bootstrap)
    averages = {
        model: Averages(stored(f"{model}/means"), stored(f"{model}/n"))
        for model in models_in(table, "error_rate")
    }
    size = next(iter(averages.values())).means.shape[-1]
    attributes = [name for name in table["attribute"] if name != OVERALL]
    permuted = permuted_pairs(list(averages), size, params)
    divergences = kl_table(averages, attributes, permuted, params.kl_epsilon)
    write_csv(rounded_table(divergences), paths.table("kl"))
    content = {
        "amr": found,
        "amr_normalised": on_scale,
        "kl": kl_summary(divergences, **bootstrap),
    }
    write_json(rounded(content), paths.STATISTICS)
    print(f"statistics: {', '.join(found)}")


def stored(path: str) -> NDArray[Any]:
    """Read one array of ``data/averages.zarr``."""
    return np.asarray(zarr.open_array(paths.AVERAGES, path=path, mode="r")[:])


def permuted_pairs(
    models: list[str], size: int, params: StatisticsParams
) -> dict[tuple[Side, Side], NDArray[np.float64]]:
    """The divergence that roughness makes, for each pair of average maps."""
    faces = pd.read_parquet(paths.FACES, columns=["image", "identity"])
    scores = {
        (model, file): read_scores(file)
        for model in models
        for file in replicates(paths.scores(model))
    }
    images = check_same_faces({f"{model} {file.stem}": of for (model, file), of in scores.items()})
    trainings: dict[str, list[tuple[Any, NDArray[np.bool_]]]] = {model: [] for model in models}
    placements = {}
    for (model, file), of_one in scores.items():
        # None of the groups that are compared depends on which class is the majority's.
        any_class = np.ones(of_one.labels.shape[1])
        members = membership(of_one.labels, of_one.logits, any_class)
        stored_maps = same_replicate(paths.cams(model), file)
        cams = zarr.open_group(stored_maps, mode="r")
        placements[model] = stored_placement(cams.attrs.asdict(), str(stored_maps))
        trainings[model].append((cams["cams"], members))
    return permuted_divergences(
        trainings,
        persons_of(images, faces, paths.FACES),
        [(p, q) for _, p, q in compared_pairs(models)],
        size=size,
        permutations=params.permutations,
        epsilon=params.kl_epsilon,
        seed=params.seed,
        placements=placements,
    )


if __name__ == "__main__":
    run(main)
