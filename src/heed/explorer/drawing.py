"""What happens in the tab Draw: a region is saved, and a network is led to it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from dash import MATCH, Dash, Input, Output, State, ctx, html, no_update

from heed.attention.drawn_region import DrawnRegion
from heed.base.errors import HeedError, InputError
from heed.explorer import directing
from heed.explorer.drawn_masks import numbers_in, region_of, version_of
from heed.explorer.elements import Seen, link, notices
from heed.explorer.guard import unforeseen
from heed.explorer.opened import Opened
from heed.explorer.regions import save_region
from heed.explorer.tabs.direct import curves, elapsed, has_curve, study_of, told
from heed.explorer.tabs.directed_faces import directed_faces
from heed.explorer.tabs.outcome import outcome
from heed.explorer.view import View, text_of
from heed.guidance.named_regions import Region

HIDDEN = {"display": "none"}


def add_saving(app: Dash, opened: Opened, *, training: bool) -> None:
    """Save what is drawn.

    Args:
        app: the page.
        opened: the audit that is shown.
        training: whether viewers may save.
    """

    @app.callback(
        Output("region-saved", "children"),
        Input("region-save", "n_clicks"),
        Input("region-replace", "n_clicks"),
        State("region-name", "value"),
        State("region-points", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def save(
        saved: int, replaced: int, name: str | None, points: str | None, search: str | None
    ) -> Any:
        """Save the region under a name, for the attribute that is shown."""
        if not ctx.triggered[0]["value"]:
            return no_update
        try:
            _check(training)
            audited = opened.audited()
            view, _ = View.from_query(text_of(search), audited)
            region = _drawn(audited.path, points, view.attribute)
            force = ctx.triggered_id == "region-replace"
            file = save_region(audited.path, _name(name), region, force=force)
        except HeedError as error:
            return notices([str(error)])
        except OSError as error:
            return notices([f"The region could not be saved: {error}."])
        known = replace(view, mask=f"regions/{file.stem}", tab="faces")
        return html.P(
            [
                f"Saved as {file.relative_to(audited.path).as_posix()}. ",
                link(known, "Faces scored against it"),
            ]
        )


def add_directing(app: Dash, opened: Opened, *, training: bool) -> None:
    """Start, watch and stop the study of attention.

    Args:
        app: the page.
        opened: the audit that is shown; the study lies in the same clone.
        training: whether viewers may start and stop. Watching they always may.
    """

    @app.callback(
        Output("direct-said", "children", allow_duplicate=True),
        Input("direct-start", "n_clicks"),
        Input("direct-stop", "n_clicks"),
        State("region-points", "value"),
        State("direct-confounder", "data"),
        State("direct-loss", "data"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def act(
        started: int,
        stopped: int,
        points: str | None,
        confounder: str | None,
        loss: str | None,
        search: str | None,
    ) -> Any:
        """Start or stop; what does not work is said."""
        if not ctx.triggered[0]["value"]:
            return no_update  # the buttons came into the page, and nobody pressed them
        try:
            _check(training)
            audited = opened.audited()
            study = study_of(audited.path)
            if ctx.triggered_id == "direct-stop":
                directing.stop(study)
                return []
            view, _ = View.from_query(text_of(search), audited)
            drawn = _drawn(audited.path, points, view.attribute)
            region = DrawnRegion.of(
                drawn, study, view.attribute, confounder=confounder or None, loss=str(loss)
            )
            directing.start(study, region)
        except HeedError as error:
            return notices([str(error)])
        except Exception as error:
            return notices([unforeseen(error)])
        return []

    @app.callback(
        Output("direct-state", "children"),
        Output("direct-log", "children"),
        Output("direct-printed", "style"),
        Output("direct-curves", "figure"),
        Output("direct-curves", "style"),
        Output("direct-start", "disabled"),
        Output("direct-stop", "disabled"),
        Output("direct-outcome", "children"),
        Output("direct-seen", "data"),
        Input("direct-watch", "n_intervals"),
        State("direct-seen", "data"),
        State("url", "search"),
    )
    def watch(_: int | None, seen: str | None, search: str | None) -> tuple[Any, ...]:
        """Tell how far a run is; nothing where nothing has changed since the last look."""
        try:
            audited = opened.audited()
            study = study_of(audited.path)
            state = directing.state(study)
            view = View.from_query(text_of(search), audited)[0]
        except HeedError as error:
            return (
                notices([str(error)]),
                "",
                HIDDEN,
                no_update,
                HIDDEN,
                not training,
                True,
                [],
                None,
            )
        running = state.status == "running"
        parts = (state.status, state.run, state.done, state.total, state.message, state.log_tail)
        now = f"{view.attribute} {' '.join(map(str, parts))} {len(state.curves)} {elapsed(state)}"
        if now == seen:
            return (no_update,) * 9
        another = seen is None or not seen.startswith(f"{view.attribute} ")
        return (
            told(state),
            state.log_tail,
            {} if state.log_tail else HIDDEN,
            curves(state),
            {} if has_curve(state) else HIDDEN,
            running or not training,
            not running or not training,
            no_update if running and not another else outcome(Seen(audited, view, training), study),
            now,
        )


def add_directed_faces(app: Dash, opened: Opened) -> None:
    """Show faces before and after a run, when they are asked for: it asks the networks anew."""

    @app.callback(
        Output({"directed-faces": MATCH}, "children"),
        Input({"directed": MATCH}, "n_clicks"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def look(clicks: int, search: str | None) -> Any:
        if not clicks:
            return no_update
        try:
            audited = opened.audited()
            view, _ = View.from_query(text_of(search), audited)
            run = str(ctx.triggered_id["directed"])
            return directed_faces(Seen(audited, view, False), study_of(audited.path), run)
        except HeedError as error:
            return notices([str(error)])


def _check(training: bool) -> None:
    if not training:
        raise InputError(
            "Nothing is saved or started from here: start the explorer with --allow-training."
        )


def _name(name: str | None) -> str:
    if not (name or "").strip():
        raise InputError("Give the region a name: letters, digits, - or _.")
    return str(name).strip()


def _drawn(folder: Path, points: str | None, attribute: str) -> Region:
    """The region of the field."""
    found = numbers_in(points or "")
    region = region_of(folder, version_of(found), attribute) if found else None
    if region is None:
        raise InputError("Nothing is drawn yet: draw on the face, or type the corners.")
    return region
