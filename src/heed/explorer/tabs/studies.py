"""The tabs of two studies: the ranking of methods, and where attributes are in a network."""

from typing import Any

import plotly.graph_objects as go
from dash import dcc, html

from heed.base.names import readable
from heed.explorer.elements import LOOK, Seen, note, number, table
from heed.explorer.studies import methods_ranking, probing_heat_map

ARROWS = {"up": "higher is better", "down": "lower is better"}


def methods(seen: Seen) -> list[Any]:
    """A table for each metric: its methods by their mean rank."""
    shown = methods_ranking(seen.audited.path)
    head: list[Any] = [html.H1("Which map to trust: methods by their ranks")]
    if shown.table is None:
        return [*head, note(shown.caption)]
    tables = []
    for _, rows in shown.table.groupby("metric", sort=False):
        first = rows.iloc[0]
        cells = [
            [
                html.B(row.method) if row.best else row.method,
                number(row.rank, 2),
                number(row.value, 3),
                f"{number(row.value_low, 3)} to {number(row.value_high, 3)}",
            ]
            for row in rows.itertuples()
        ]
        caption = (
            f"{first.label} ({ARROWS.get(first.direction, first.direction)}); "
            f"critical difference {number(first.critical_difference, 2)}, "
            f"{int(first.images):,} images"
        )
        tables.append(table(["method", "mean rank", "value", "interval"], cells, caption, 3))
    return [
        *head,
        note([shown.caption, " In bold: no other is better beyond chance."], "told"),
        html.Div(tables, className="tables"),
        note(f"From {', '.join(shown.source)}."),
    ]


def probing(seen: Seen) -> list[Any]:
    """A heat map for each network: attributes by layers, by depth."""
    shown = probing_heat_map(seen.audited.path)
    head: list[Any] = [html.H1("Where attributes are in a network")]
    if shown.table is None:
        return [*head, note(shown.caption)]
    found: list[Any] = [*head, note(shown.caption, "told")]
    for network, rows in shown.table.groupby("network", sort=False):
        wide = rows.pivot_table("balanced_accuracy", "attribute", "layer", sort=False, dropna=False)
        layers = list(dict.fromkeys(rows.sort_values("depth")["layer"]))
        wide = wide[layers]
        best = rows[rows["best"]]
        figure = go.Figure(
            go.Heatmap(
                z=wide.to_numpy(),
                x=layers,
                y=[readable(name) for name in wide.index],
                zmin=0.5,
                zmax=1,
                colorscale="Viridis",
                colorbar={"title": "balanced accuracy"},
                hovertemplate="%{y}, %{x}: %{z:.3f}<extra></extra>",
            )
        )
        figure.add_scatter(
            x=best["layer"],
            y=[readable(name) for name in best["attribute"]],
            mode="markers",
            marker={"symbol": "circle-open", "color": "#fff", "size": 9},
            name="best by validation",
            hoverinfo="skip",
            showlegend=False,
        )
        figure.update_layout(
            height=160 + 17 * len(wide),
            margin={"l": 150, "r": 10, "t": 10, "b": 90},
            yaxis_autorange="reversed",
            yaxis_dtick=1,
            xaxis_type="category",
            **LOOK,
        )
        found += [
            html.H2(f"{network}"),
            dcc.Graph(figure=figure, config={"displayModeBar": False, "responsive": True}),
        ]
    return [*found, note(f"From {', '.join(shown.source)}.")]
