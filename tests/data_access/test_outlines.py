"""Which outlines the map is drawn from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data_access.outlines import county_outlines
from kpi.vocabulary.errors import InputError
from tests.small_city import read, settings_of

SQUARE = [[[118.0, 33.0], [119.0, 33.0], [119.0, 34.0], [118.0, 34.0], [118.0, 33.0]]]


def _geojson(folder: Path, *codes: str) -> None:
    features = [{"type": "Feature", "properties": {"adcode": int(code)}, "geometry":
                 {"type": "Polygon", "coordinates": SQUARE}} for code in codes]
    (folder / "config" / "own.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features}))


def test_the_bundled_outlines_are_used_when_they_cover_every_county(tmp_path: Path) -> None:
    known = read(settings_of(tmp_path))
    found = county_outlines(known.settings, known.plan, known.figures.facts.geography)
    assert list(found) == ["321302", "321322"]


def test_another_citys_counties_have_no_bundled_outline(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, managing_unit="""
        | unit_code | name | kind   | county_code |
        | 320703    | 连云 | county | 320703      |
    """, township="""
        | township_code | unit_code | county_code |
        | 320703001     | 320703    | 320703      |
    """, central_village="""
        | village_code | township_code |
    """)
    known = read(settings)
    assert county_outlines(settings, known.plan, known.figures.facts.geography) == {}


def test_a_file_the_plan_names_is_drawn_instead(tmp_path: Path) -> None:
    known = read(settings_of(tmp_path,
                             '[map]\noutline = "own.geojson"\napproval = "审图号：苏S（2025）1号"'))
    _geojson(tmp_path, "321302", "321322")
    found = county_outlines(known.settings, known.plan, known.figures.facts.geography)
    assert [len(ring) for ring in found["321302"].rings] == [5]
    assert known.plan.map.approval == "审图号：苏S（2025）1号"


def test_a_file_that_leaves_a_county_out_is_refused_by_name(tmp_path: Path) -> None:
    known = read(settings_of(tmp_path, '[map]\noutline = "own.geojson"'))
    _geojson(tmp_path, "321302")
    with pytest.raises(InputError, match="缺少县区 321322"):
        county_outlines(known.settings, known.plan, known.figures.facts.geography)


@pytest.mark.parametrize(
    "content",
    [
        "{",
        '{"features": [{}]}',
        "[]",
        '{"features": 5}',
        '{"features": [{"properties": {"code": 1}, "geometry": null}]}',
    ],
)
def test_a_file_that_is_no_geojson_is_refused_in_one_sentence(tmp_path: Path, content: str) -> None:
    known = read(settings_of(tmp_path, '[map]\noutline = "own.geojson"'))
    (tmp_path / "config" / "own.geojson").write_text(content)
    with pytest.raises(InputError, match="GeoJSON"):
        county_outlines(known.settings, known.plan, known.figures.facts.geography)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    known = read(settings_of(tmp_path, '[map]\noutline = "gone.geojson"'))
    with pytest.raises(InputError, match=r"gone\.geojson"):
        county_outlines(known.settings, known.plan, known.figures.facts.geography)
