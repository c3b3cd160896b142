"""方格: every township of the roll-up as one equal tile under its unit, placed roughly as it lies, with
what it has and what it is without. No borders are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from components.look import notices
from components.maps import venue_work
from components.maps.map_legend import GLYPHS, HOLLOW
from components.shell import View, cached_per_view
from kpi.counting import (
    GROUP_OF,
    Standing,
    TileBlock,
    TownshipTile,
    Venue,
    VenueGroup,
    tile_blocks,
    villages_without_window,
)
from kpi.vocabulary import Division
from kpi.wording import count

COLUMNS = 4  # of a unit's grid; a phone shows four names of five signs beside each other
_SHAPES = {Standing.MISSING: "✕", Standing.IDLE: HOLLOW[VenueGroup.STATION],
           Standing.SERVED: GLYPHS[VenueGroup.STATION]}
_LEGEND = {Standing.MISSING: "没有开放的驿站", Standing.IDLE: "有驿站，有载体挂牌空转", Standing.SERVED: "有驿站"}
_LISTED = 12  # venues named on a tile; the rest are counted


def note(view: View) -> str:
    """“95 个乡镇（街道），4 个没有驿站” for the heading; "" where stations are 未接入."""
    tiles = [tile for block in _blocks(view) or () for tile in block.tiles]
    if not tiles:
        return ""
    missing = sum(tile.missing for tile in tiles)
    return f"{count(len(tiles))}个乡镇（街道），{count(missing)}个没有驿站；点方格看载体"


def show(view: View) -> None:
    """The tiles with their legend, or why there are none."""
    blocks = _blocks(view)
    if blocks is None:
        notices.empty("未接入", "载体登记还没有数据源，接入后在此按乡镇（街道）显示。")
    elif not blocks:
        notices.empty("没有乡镇（街道）", "所选单位在区划名录中没有下辖的乡镇（街道）。")
    else:
        st.html(_html(view))


@cached_per_view(64)
def _blocks(view: View) -> Sequence[TileBlock] | None:
    divisions = view.members if view.selection.division is None else (view.place,)
    return tile_blocks(view.figures.facts, divisions, view.card.as_of, COLUMNS,
                       venue_work.works(view))


@cached_per_view(64)
def _html(view: View) -> str:
    blocks = _blocks(view) or ()
    west, east = _sides(blocks)
    ordered = sorted(blocks, key=_from_north)
    sides = "".join(
        f'<div class="lg-tiles-side">'
        f"{''.join(_block(view, block, ordered.index(block)) for block in side)}</div>"
        for side in (west, east) if side)
    legend = "".join(f'<li><i class="lg-tile-{standing.value}">{_SHAPES[standing]}</i>{words}</li>'
                     for standing, words in _LEGEND.items())
    return (f'<div class="lg-tiles">{sides}</div><div class="lg-legend lg-tiles-key"><ul>{legend}</ul>'
            "<p>每格一个乡镇（街道），大小相同，只按大致方位排列，不表示边界和面积；没有登记位置的排在最后</p></div>")


def _sides(blocks: Sequence[TileBlock]) -> tuple[list[TileBlock], list[TileBlock]]:
    """The blocks in two columns, the western half of the tiles and the rest, each from north to
    south.
    """
    western: list[TileBlock] = []
    whole = sum(len(block.tiles) for block in blocks)
    for block in sorted(blocks, key=lambda block: (block.at is None, block.at or (0.0, 0.0))):
        if sum(len(one.tiles) for one in western) + len(block.tiles) / 2 <= whole / 2:
            western.append(block)
    western.sort(key=_from_north)
    return western, sorted((block for block in blocks if block not in western), key=_from_north)


def _from_north(block: TileBlock) -> tuple[bool, float]:
    return block.at is None, -block.at[1] if block.at else 0.0


def _block(view: View, block: TileBlock, order: int) -> str:
    missing = sum(tile.missing for tile in block.tiles)
    windows = _without_window(view, block.division)
    tiles = "".join(_tile(view, tile, windows.get(tile.name, [])) for tile in block.tiles)
    said = f"{len(block.tiles)}个" + (f"，缺驿站{missing}个" if missing else "")
    return (f'<section class="lg-tiles-block" style="order:{order}">'
            f"<h3>{escape(block.division.short_name)}<small>{said}</small></h3>"
            f'<div class="lg-tiles-grid">{tiles}</div></section>')


def _without_window(view: View, division: Division) -> Mapping[str, list[str]]:
    """Central villages without a window, by the name of their township."""
    found: dict[str, list[str]] = {}
    for one in villages_without_window(view.figures.facts, (division,), view.card.as_of) or ():
        for place in one.missing:
            found.setdefault(place.township, []).append(place.name)
    return found


def _tile(view: View, tile: TownshipTile, villages: Sequence[str]) -> str:
    return (f'<details class="lg-town" name="lg-town" data-code="{escape(tile.code)}" '
            f'style="grid-area:{tile.row + 1}/{tile.column + 1}">'
            f'<summary class="lg-tile-{tile.standing.value}"><b>{escape(tile.name)}</b>'
            f"<span>{_SHAPES[tile.standing]} {_words(tile)}</span></summary>"
            f'<div class="lg-town-said"><h4>{escape(tile.name)}</h4>{_said(view, tile, villages)}'
            "</div></details>")


def _words(tile: TownshipTile) -> str:
    idle = f"空转{len(tile.idle)}" if tile.idle else ""
    return f"缺驿站{' ' if idle else ''}{idle}" if tile.missing else idle or "有驿站"


def _said(view: View, tile: TownshipTile, villages: Sequence[str]) -> str:
    lacks = ["没有开放的驿站"] if tile.missing else []
    if villages:
        lacks.append(f"{len(villages)}个中心村（社区）没有专窗：{'、'.join(villages)}")
    # those that stand out are named first
    venues = sorted(tile.venues, key=lambda venue: venue.venue_id not in tile.idle)
    rows = "".join(f"<li>{_venue(view, venue, idle=venue.venue_id in tile.idle)}</li>"
                   for venue in venues[:_LISTED])
    more = f"<p>另有{count(len(venues) - _LISTED)}处</p>" if len(venues) > _LISTED else ""
    listed = f"<ul>{rows}</ul>{more}" if rows else "<p>没有开放的载体</p>"
    return "".join(f'<p class="lg-town-lack">✕ {escape(lack)}</p>' for lack in lacks) + listed


def _venue(view: View, venue: Venue, *, idle: bool) -> str:
    kind = view.plan.definitions.register.column("kind").titles.get(venue.kind, venue.kind)
    group = GROUP_OF[venue.kind]
    work = venue_work.words(view, venue_work.works(view).get(venue.venue_id))
    return (f"{(HOLLOW if idle else GLYPHS)[group]} {escape(venue.name)}"
            f"<small>{escape(kind)}{f' · {escape(work)}' if work else ''}</small>")
