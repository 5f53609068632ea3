"""A small made-up audit as a page in a browser."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from heed.audit.figures.catalogue import FIGURES
from heed.audit.flip_store import Flipped, ShownFlips
from heed.audit.page.averages import Averages, averages_json
from heed.audit.page.face_choice import Choice, choose_faces
from heed.audit.page.first_face import first_json, flips_json
from heed.audit.page.gallery import Shown, gallery_json
from heed.audit.page.mask_outlines import MaskOutlines
from heed.audit.page.page import render_page
from heed.audit.page.page_data import page_data
from heed.audit.page.results import Origin
from heed.audit.page.table import attribute_table
from heed.audit.tables.differences import gaps_table
from heed.audit.tables.estimates import estimate
from heed.audit.tables.imbalance import attributes_table, class_counts
from heed.audit.tables.layout import errors_table, groups_table
from heed.celeba.attributes import ATTRIBUTES
from heed.figures.attribute_bars import Bars, draw_panel_per_model
from heed.figures.vector import svg
from heed.metrics import groups as face_groups
from heed.metrics.majority import majority_class
from heed.pages.pictures import Drawing, Picture, thumbnail
from tests.audit.page.conftest import SETTINGS, results_of
from tests.audit.page.made_up_faces import (
    SIZE,
    made_up_crops,
    made_up_masks,
    made_up_networks,
)
from tests.default_run import RUN

pytest.importorskip("playwright.sync_api", reason="needs the package playwright")

MODELS = ("balanced", "unbalanced")
FACES = 24
FIRST = (3, 11)
WIDE, NARROW = (1440, 900), (390, 844)


def drawing(name: str) -> Drawing:
    """A figure of its own name, with a row of bars."""
    bars = [Bars("with a label", "#7563AA", np.array([0.25, 0.5]))]
    titles = (f"title of {name}", "another")
    drawn = draw_panel_per_model(dict.fromkeys(titles, bars), ["Bald", "Young"])
    return Drawing(svg(drawn, name, 150), alt=name)


@dataclass(frozen=True)
class Run:
    """What the page is made of."""

    shown: dict[str, Shown]
    chosen: dict[str, Choice]
    flips: ShownFlips
    groups: pd.DataFrame
    errors: pd.DataFrame
    gaps: pd.DataFrame
    attributes: pd.DataFrame
    folder: Path

    def column(self, model: str, metric: str) -> dict[str, float]:
        """A mean of every attribute, in the order of the table."""
        of = self.groups.query("model == @model and metric == @metric and group == 'all'")
        return dict(zip(of["attribute"][:-1], of["mean"][:-1], strict=True))

    def page(self, faces: bool) -> str:
        outlines = MaskOutlines(made_up_masks(self.folder, FACES))
        order, crops = self.attributes["attribute"].tolist(), made_up_crops(FACES)
        gallery = first = None
        if faces:
            gallery = gallery_json(self.chosen, crops, self.shown, outlines, "2")
            first = first_json(FIRST, crops, self.shown, outlines, "2", "Bald", order)
            first["flips"] = flips_json(self.flips, FIRST, self.shown, outlines, "2", 0.5)
        rng = np.random.default_rng(5)
        shape = (40, len(face_groups.GROUPS))
        averages = {
            name: Averages(rng.random((*shape, SIZE, SIZE)), np.full(shape, FACES), of.grid,
                           of.placement)
            for name, of in self.shown.items()
        }  # fmt: skip
        face = np.full((SIZE, SIZE, 3), 130.0) if faces else None
        data = page_data(
            self.shown, averages_json(face, averages), outlines, "2", size=SIZE, threshold=0.5,
            faces=FACES, order=order, gallery=gallery, first=first,
        )  # fmt: skip
        normalised = self.groups.query("metric == 'amr' and group == 'all'")
        normalised = normalised.rename(columns={"mean": "amr_normalised"})
        table = attribute_table(self.groups, self.errors, self.gaps, self.attributes, normalised, 1)
        grey = thumbnail(np.full((32, 32, 3), 128, np.uint8), 32)
        settings = {key: dict(values) for key, values in SETTINGS.items()} | {
            f"models.{name}": {"weighting": "none"} for name in MODELS
        }
        return render_page(
            results_of(MODELS),
            figures={
                e.name: drawing(e.name) if e.kind == "numbers" else Picture(grey, e.caption)
                for e in FIGURES.entries(run=RUN)
            },
            table=table,
            data=data,
            settings=settings,
            origin=Origin({"train": 200, "audited": FACES}, [], {"numpy": "2.1"}, "commit 1234567"),
        )


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    shown = made_up_networks(MODELS, FACES)
    scores = {name: of.scores for name, of in shown.items()}
    shares = np.linspace(0.05, 0.6, 40)
    training = np.where(np.arange(200)[:, None] < 200 * shares, 1, -1).astype(np.int8)
    order, majority = class_counts(training).order, majority_class(training)
    estimates = {
        name: estimate([of], majority, range(FACES), resamples=20, seed=0)
        for name, of in scores.items()
    }
    rng = np.random.default_rng(7)
    of = {
        name: Flipped(np.array([-0.9], np.float32), np.array([0.1], np.float32),
                      rng.random((1, *net.grid)).astype(np.float32))
        for name, net in shown.items()
    }  # fmt: skip
    bald = np.array([ATTRIBUTES.index("Bald")])
    crops = 255 - np.stack([made_up_crops(FACES)[FIRST[0]]])
    return Run(
        shown,
        choose_faces(scores, 3),
        ShownFlips(np.array([FIRST[0]]), bald, crops, of),
        groups_table(estimates, order, 0.95),
        errors_table(estimates, order, 0.95),
        gaps_table(estimates, order, 0.95),
        attributes_table({"train": training}, order),
        tmp_path_factory.mktemp("page"),
    )


@pytest.fixture(scope="session")
def addresses(run: Run) -> dict[bool, str]:
    """The page with faces and without."""
    found = {}
    for faces in (True, False):
        file = run.folder / f"faces_{faces}.html"
        file.write_text(run.page(faces), encoding="utf-8")
        found[faces] = file.as_uri()
    return found


@pytest.fixture(scope="session")
def tab(browser: Any) -> Iterator[tuple[Any, list[str], list[str]]]:
    """One page that all tests load anew, with what it complained of and asked for."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(5000)
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda told: complaints.append(f"{told.type}: {told.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    yield page, complaints, requests
    context.close()


@pytest.fixture
def visit(tab: Any, addresses: dict[bool, str]) -> Iterator[Callable[..., Any]]:
    """Opens the page; at the end it may not have complained or asked for anything else."""
    page, complaints, requests = tab
    complaints.clear()
    requests.clear()

    def opened(size: tuple[int, int] = WIDE, at: str = "", faces: bool = True) -> Any:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(media="screen", color_scheme="light")
        page.goto("about:blank")
        page.goto(addresses[faces] + at)
        return page

    yield opened
    assert complaints == []
    asked = {
        url.split("#")[0] for url in requests if not url.startswith(("data:", "blob:", "about:"))
    }
    assert asked <= set(addresses.values())
