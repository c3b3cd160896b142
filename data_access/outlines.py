"""The county outlines of the map: the bundled ones, or a GeoJSON file the plan names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data_access.site import Settings
from kpi.plan import Plan
from kpi.vocabulary import Geography, InputError, UnitKind
from reference import Outline, labels, outlines, province


def county_outlines(settings: Settings, plan: Plan, geography: Geography) -> Mapping[str, Outline]:
    """Outline by county code; empty when none are known that cover every county.

    A file named in `[map] outline` has one feature per county with its code in `properties` (code,
    adcode or county_code), and may have a Point for every zone. Raises InputError when that file is
    missing, unreadable, or leaves a county out.
    """
    wanted = [county.code for county in geography.counties]
    if plan.map.outline is not None:
        return _from_file(settings.config / plan.map.outline, wanted, geography)
    for bundled in (outlines(), *_of_the_province(plan, wanted)):
        shapes = _as_held(bundled, geography)
        if all(code in shapes for code in wanted):
            return {code: shapes[code] for code in wanted}
    return {}


def _as_held(shapes: Mapping[str, Outline], geography: Geography) -> Mapping[str, Outline]:
    """The outlines, of a county that has changed its code under the one it has now."""
    former = {geography.holder(code): outline for code, outline in shapes.items()
              if code in geography.renamed}
    return {**former, **shapes}


def _of_the_province(plan: Plan, wanted: list[str]) -> list[Mapping[str, Outline]]:
    """The coarser bundled outlines: of a province's cities, and of a city's own counties."""
    own = all(code[:4] == plan.city_code[:4] for code in wanted)
    return [province.city_outlines(), *([province.county_outlines()] if own else [])]


def zone_points(settings: Settings, plan: Plan,
                geography: Geography) -> Mapping[str, tuple[float, float]]:
    """Where to mark a functional zone, by unit code, as far as the outline file (or the bundled
    one) says.
    """
    zones = {unit.code for unit in geography.managing_units if unit.kind == UnitKind.ZONE}
    if plan.map.outline is None:
        return {code: point for code, point in labels().items() if code in zones}
    features = _features(settings.config / plan.map.outline)
    points = {_code(feature): feature["geometry"]["coordinates"] for feature in features
              if feature["geometry"]["type"] == "Point"}
    return {code: (float(point[0]), float(point[1])) for code, point in points.items()
            if code in zones}


def _from_file(path: Path, wanted: list[str], geography: Geography) -> Mapping[str, Outline]:
    features = _features(path)
    try:
        shapes = dict(_outline(feature) for feature in features
                      if feature["geometry"]["type"] != "Point")
    except (ValueError, KeyError, TypeError, IndexError, StopIteration) as error:
        raise _unusable(path, error) from None
    shapes = dict(_as_held(shapes, geography))
    missing = [code for code in wanted if code not in shapes]
    if missing:
        raise InputError(f"县区边界文件 {path} 缺少县区 {'、'.join(missing)}；请在 properties.code 中写上县区代码。")
    return {code: shapes[code] for code in wanted}


def _features(path: Path) -> list[Mapping[str, Any]]:
    try:
        features: list[Mapping[str, Any]] = json.loads(path.read_text(encoding="utf-8-sig"))[
            "features"]
        for feature in features:
            _ = _code(feature), feature["geometry"]["type"]
    except OSError as error:
        raise InputError(
            f"县区边界文件 {path} 打不开（{error.strerror}）；请检查 plan.toml 的 [map] outline。") from None
    except (ValueError, KeyError, TypeError, IndexError, StopIteration) as error:
        raise _unusable(path, error) from None
    return features


def _unusable(path: Path, error: Exception) -> InputError:
    return InputError(f"县区边界文件 {path} 不是可用的 GeoJSON（{type(error).__name__}）；"
                      "请换成每个县区一个 Polygon 或 MultiPolygon 的文件。")


def _code(feature: Mapping[str, Any]) -> str:
    return str(next(feature["properties"][name] for name in ("code", "adcode", "county_code")
                    if name in feature["properties"]))


def _outline(feature: Mapping[str, Any]) -> tuple[str, Outline]:
    properties, geometry = feature["properties"], feature["geometry"]
    polygons = (
        geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    )
    rings = tuple(tuple((float(x), float(y)) for x, y, *_ in polygon[0]) for polygon in polygons)
    largest = max(rings, key=len)
    label = properties.get("label") or (
        _mean([x for x, _ in largest]),
        _mean([y for _, y in largest]),
    )
    return _code(feature), Outline(_code(feature), rings, (float(label[0]), float(label[1])))


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
