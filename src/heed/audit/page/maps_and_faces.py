"""The faces, maps and outlines that the page shows, from what the stages stored."""

from typing import Any

import numpy as np
import pandas as pd
import zarr

from heed.audit import paths
from heed.audit.flip_store import read_flips
from heed.audit.mask_settings import MaskParams
from heed.audit.mask_stores import mask_stores
from heed.audit.page.averages import Averages, averages_json
from heed.audit.page.face_choice import choose_faces, spread
from heed.audit.page.first_face import (
    FACES,
    first_attributes,
    first_example,
    first_json,
    flips_json,
)
from heed.audit.page.gallery import Shown, distinct_rows, gallery_json
from heed.audit.page.mask_outlines import MaskOutlines
from heed.audit.page.page_data import page_data
from heed.audit.page.results import Results
from heed.audit.page.settings import ReportParams
from heed.audit.tables.score_arrays import ScoreArrays, read_scores
from heed.base.arrays import StoredImages
from heed.base.replicates import replicates
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import stored_placement
from heed.geometry.settings import FrontalParams
from heed.masks.names import EVIDENCE
from heed.metrics.settings import ScoreParams


def maps_and_faces(
    models: list[str], params: ReportParams, results: Results, order: list[str]
) -> dict[str, Any]:
    """Faces, maps and outlines, read where the stages left them; of the first replicates.

    Args:
        models: names of params.yaml.
        params: which faces are shown, if any.
        results: of the tables, which decide what is shown first.
        order: the attributes, in the order of the page.

    Returns:
        What :func:`heed.audit.page.page_data.page_data` gives.
    """
    version, score = str(load(MaskParams).version), load(ScoreParams)
    scores = {name: read_scores(replicates(paths.scores(name))[0]) for name in models}
    audited = len(scores[models[0]].images)
    chosen, beginning, flips = {}, [], None
    if params.faces:
        chosen = choose_faces(scores, params.faces_per_group)
        flips = read_flips(paths.FLIPS, models)
        beginning = (spread(audited)[:FACES] if flips is None else np.unique(flips.rows)).tolist()
    needed = distinct_rows([*(choice.rows for choice in chosen.values()), beginning])
    networks = {name: _network(name, of, needed) for name, of in scores.items()}
    known = {name: of for name, of in mask_stores(paths.MASKS).items()
             if name in (version, EVIDENCE)}  # fmt: skip
    outlines = MaskOutlines(known)
    stored = zarr.open_group(paths.AVERAGES, mode="r")
    averages = {
        name: Averages(stored[name]["means"], stored[name]["n"][:], of.grid, of.placement)
        for name, of in networks.items()
    }
    crops = StoredImages(paths.crops(load(FrontalParams).partition))
    gallery = first = None
    if params.faces:
        (rows,) = np.nonzero(pd.read_parquet(paths.FRONTAL, columns=["kept"])["kept"])
        faces = {row: crops[int(rows[row])] for row in needed}
        gallery = gallery_json(chosen, faces, networks, outlines, version)
        ranked = first_attributes(results.own_gaps, results.differences, results.causal, order)
        first = first_json(beginning, faces, networks, outlines, version, ranked[0], order)
        if flips is not None:
            first["flips"] = flips_json(
                flips, beginning, networks, outlines, version, score.threshold
            )
        first |= first_example(first, ranked)
    return page_data(
        networks,
        averages_json(stored["face"][:] if params.faces else None, averages),
        outlines,
        version,
        size=crops.shape[1],
        threshold=score.threshold,
        faces=audited,
        order=order,
        gallery=gallery,
        first=first,
    )


def _network(model: str, scores: ScoreArrays, rows: list[int]) -> Shown:
    """A model's first replicate, with the maps of some faces."""
    file, scored = replicates(paths.cams(model))[0], replicates(paths.scores(model))[0]
    group = zarr.open_group(file, mode="r")
    cams = zarr.open_array(file, path="cams", mode="r")
    contribution = pd.read_parquet(scored, columns=["contribution"])["contribution"].to_numpy()
    return Shown(
        scores,
        contribution.reshape(-1, len(ATTRIBUTES)),
        dict(zip(rows, np.asarray(cams.oindex[rows]) if rows else [], strict=True)),
        cams.shape[-2:],
        stored_placement(group.attrs.asdict(), str(file)),
    )
