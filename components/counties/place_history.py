"""Places month by month: one line per unit, the first place on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from components.look import INK, MUTED, Drawn, chart
from components.shell import View
from components.shell.cache import cached
from kpi.ranking import peer_groups, places_on
from kpi.scorecard import month_steps
from kpi.sentences import group_division
from kpi.vocabulary import Division

_OTHERS = "#9fb0c3"


def show(view: View, group: str, chosen: str, height: int) -> None:
    """The lines of one group, the chosen unit's in ink."""
    drawn = places_figure(view.key, view.card.as_of.isoformat(), group, chosen, height, view)
    chart.show(drawn, "place-history", "各单位逐月位次折线图，第1位在最上")


@cached(128)
def places_figure(key: str, as_of: str, group: str, chosen: str, height: int, _view: View) -> Drawn:
    """Places at the month ends up to as_of."""
    days = month_steps(_view.plan.window.start, _view.card.as_of)
    if _view.geography.partial:
        return places_drawn(*_published(_view, group, days), chosen, height)
    members = dict(peer_groups(_view.geography))[group]
    return places_drawn(members, days, places_on(_view.figures, group, members, days), chosen,
                        height)


def _published(view: View, group: str,
               days: Sequence[date]) -> tuple[list[Division], Sequence[date],
                                              Mapping[str, tuple[int | None, ...]]]:
    """The places as they were published: whose own peers are hidden cannot be ranked anew."""
    members = [group_division(view.card, row) for row in view.card.ranking if row.group == group]
    places_by_day = [{row.division: row.place for row in view.scorecard_on(day).ranking}
                     for day in days]
    return members, days, {member.code: tuple(places.get(member.code) for places in places_by_day)
                           for member in members}


def places_drawn(members: Sequence[Division], days: Sequence[date],
                 walked: Mapping[str, tuple[int | None, ...]], chosen: str, height: int) -> Drawn:
    """A line per member through its places at the end of each day, the chosen one's in ink."""
    drawn = chart.figure(height)
    for division in sorted(members, key=lambda member: member.code == chosen):
        _add(drawn, division, [day.isoformat() for day in days], walked[division.code],
             division.code == chosen)
    drawn.update_xaxes(**chart.GRID, tickformat="%Y-%m", tickangle=0, nticks=8)
    drawn.update_yaxes(**{**chart.GRID, "automargin": True}, range=[len(members) + 0.5, 0.5],
                       dtick=1, tickprefix="第", zeroline=False)
    drawn.update_layout(margin={"l": 8, "r": 76, "t": 8, "b": 8})
    return drawn


def _add(drawn: Drawn, division: Division, days: list[str], places: tuple[int | None, ...],
         chosen: bool) -> None:
    colour = INK if chosen else _OTHERS
    drawn.add_scatter(x=days, y=list(places), mode="lines+markers", name=division.short_name,
                      connectgaps=False, line={"color": colour, "width": 3 if chosen else 1.5},
                      marker={"size": 7 if chosen else 5, "color": colour}, hoverinfo="text",
                      hovertext=[f"{day[:7]} {division.name}"
                                 + ("未排名" if place is None else f"第{place}")
                                 for day, place in zip(days, places, strict=True)])
    if places and places[-1] is not None:
        drawn.add_annotation(x=days[-1], y=places[-1], xanchor="left", xshift=10, showarrow=False,
                             text=f"<b>{division.short_name}</b>" if chosen
                             else division.short_name,
                             font={"size": 13, "color": INK if chosen else MUTED})
