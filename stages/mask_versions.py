"""Stage ``mask_versions``: the scores of all models against every version of the masks."""

from heed.pipeline.stage import run

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.audit import paths
from heed.audit.audited_consistency import check_least_faces
from heed.audit.models import load_models, replicates_of
from heed.audit.tables.gap_versions import Way, gaps_of_versions, gaps_table
from heed.audit.tables.imbalance import training_counts
from heed.audit.tables.mask_versions import SCORES, scores_of_versions, versions_table
from heed.audit.tables.scales import read_scales, with_normalised
from heed.audit.tables.score_table import prediction_columns
from heed.audit.tables.settings import AggregateParams
from heed.base.files import write_csv
from heed.base.replicates import replicates
from heed.base.rounding import rounded_table
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.labels import labels_of
from heed.celeba.persons import persons_of
from heed.explain.placement import PLACEMENT_RULES
from heed.explain.settings import CamParams
from heed.metrics.estimates import OVERALL
from heed.metrics.groups import membership
from heed.metrics.settings import ScaleParams

Means = dict[tuple[str, str], dict[str, NDArray[np.float64]]]
"""By model and version of the masks the mean scores, by name."""


def main() -> None:
    """Write the tables of versions, placements and gaps, the models in params.yaml's order."""
    params, chosen = load(AggregateParams), load(CamParams).placement
    faces = pd.read_parquet(paths.FACES, columns=["image", "partition", "identity", *ATTRIBUTES])
    training = training_counts(faces)
    means: dict[str, Means] = {rule: {} for rule in PLACEMENT_RULES}
    gaps = {}
    placed: list[set[str]] = []
    for model, entry in load_models().items():
        files = replicates_of(model, entry, paths.score_versions(model))
        tables = [pd.read_parquet(path) for path in files]
        placed.append(set(tables[0]["placement"]))  # one, where a network's cells cannot be placed
        energy: dict[Way, NDArray[np.float64]] = {}
        for rule in (name for name in PLACEMENT_RULES if name in placed[-1]):
            for version, of_version in scores_of_versions(tables, rule).items():
                means[rule][model, version] = {
                    name: each.mean(axis=0) for name, each in of_version.items()
                }
                energy[version, rule] = of_version["proportional_energy"]
        images, members = groups(model, faces, training.majority)
        check_least_faces(params, len(images))
        gaps[model] = gaps_of_versions(
            energy,
            members,
            persons_of(images, faces, paths.FACES),
            resamples=params.resamples,
            seed=params.seed,
            least_faces=params.least_faces,
        )
    versions = {rule: versions_table(m, training.order) for rule, m in means.items() if m}
    on_scale = with_normalised(
        versions[chosen],
        read_scales(paths.table("scales")),
        {score: score for score in SCORES},
        load(ScaleParams).least_range,
    )
    write_csv(rounded_table(on_scale), paths.table("mask_versions"))
    both = pd.concat([of_rule.assign(placement=rule) for rule, of_rule in versions.items()])
    write_csv(rounded_table(both[both["attribute"] == OVERALL]), paths.table("placements"))
    table = gaps_table(gaps, set.intersection(*placed), params.confidence, params.seed)
    write_csv(rounded_table(table), paths.table("gap_versions"))
    print(f"mask_versions: {', '.join(sorted(set(both['version'])))}; {', '.join(versions)}")


def groups(
    model: str, faces: pd.DataFrame, majority: NDArray[np.int8]
) -> tuple[list[str], list[NDArray[np.bool_]]]:
    """The audited faces of a model, and which of them are in which group, per replicate."""
    members = []
    for path in replicates(paths.predictions(model)):
        predictions = pd.read_parquet(path)
        images = predictions["image"].tolist()
        labels = labels_of(images, faces, paths.FACES)
        logits = prediction_columns(predictions, "logit", str(path))
        members.append(membership(labels, logits, majority))
    return images, members


if __name__ == "__main__":
    run(main)
