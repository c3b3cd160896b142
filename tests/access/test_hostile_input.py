"""Hostile input: addresses, plan, mapping and access files, SQL and markup in texts. A plain word
or a page, nothing else.
"""

from __future__ import annotations

import copy
import json
import sqlite3
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser
from streamlit.testing.v1 import AppTest

from components.shell.navigation import SCREENS
from data_access.accounts.access import rules_from
from data_access.boundary.mapping import load_mappings
from data_access.checking.check import check
from data_access.site.settings import ROOT, Settings
from data_access.snapshots.refresh import refresh
from kpi.plan.plan import Plan, plan_from
from kpi.vocabulary.errors import InputError
from tests.access import site
from tests.examples import examples
from tests.fixtures import distinct_city

_PLAN = tomllib.loads((ROOT / "config" / "plan.toml").read_text(encoding="utf-8"))
_MAPPING: dict[str, Any] = {"datasets": {"job_posting": {"connection": "suzhaohuo",
                                                         "table": "gig_job",
                                                         "columns": {"posting_id": "id"},
                                                         "values": {
                                                             "collector": {"3": "third_party"}}}}}
_ACCESS: dict[str, Any] = {"sign_in": {"group_claim": "roles", "idle_minutes": 30},
                           "audit": {"months": 12},
                           "groups": {"a": {"roles": ["county"], "divisions": ["321322"]}},
                           "accounts": {}}
_SCALARS = st.one_of(st.none().map(lambda _: "") , st.booleans(), st.integers(-10**30, 10**30),
                     st.floats(), st.dates(), st.text(max_size=20),
                     st.sampled_from(["'; DROP TABLE x; --", "<script>", "321322", "../../etc",
                                      "%s", "{0}"]))
_VALUES = st.recursive(_SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3),
                                                         st.dictionaries(
                                                             st.text(max_size=8), inner,
                                                             max_size=3)), max_leaves=5)


def _places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, value in (tree.items() if isinstance(tree, dict) else enumerate(tree)
                       if isinstance(tree, list) else ()):
        yield from _places(value, (*path, key))


@st.composite
def _spoilt(draw: st.DrawFn, good: dict[str, Any]) -> dict[str, Any]:
    """A good file with a few of its values replaced, removed, or keys added."""
    tree = copy.deepcopy(good)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from([place for place in _places(tree) if place]))
        holder = tree
        for key in path[:-1]:
            holder = holder[key]
        change = draw(st.sampled_from(["replace", "remove", "add"]))
        if change == "replace":
            holder[path[-1]] = draw(_VALUES)
        elif change == "remove":
            del holder[path[-1]]
        elif isinstance(holder, dict):
            holder[draw(st.text(min_size=1, max_size=10))] = draw(_VALUES)
        if not any(place for place in _places(tree)):
            break
    return tree


def _plain(error: InputError) -> None:
    text = str(error)
    assert text.endswith(("。", "）")), text
    assert "Traceback" not in text


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_spoilt(_PLAN))
def test_a_spoilt_plan_is_read_or_refused_in_a_sentence(data: dict[str, Any]) -> None:
    try:
        assert isinstance(plan_from(data), Plan)
    except InputError as error:
        _plain(error)


@settings(max_examples=examples(150), deadline=None)
@given(_spoilt(_ACCESS))
def test_a_spoilt_access_file_is_read_or_refused_in_a_sentence(data: dict[str, Any]) -> None:
    try:
        rules_from(data).access({"sub": "x", "roles": ["a"]})
    except InputError as error:
        _plain(error)


def _toml(tree: dict[str, Any]) -> str:
    """The tree as TOML; every table inline, texts as JSON texts, which TOML reads the same way."""
    def one(value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{json.dumps(str(key))} = {one(inner)}"
                                   for key, inner in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(one, value)) + "]"
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, float):
            return {"inf": "inf", "-inf": "-inf", "nan": "nan"}.get(str(value)) or (
                repr(value) if "." in repr(value) else f"{value:.1f}"
            )
        return json.dumps(value) if isinstance(value, str) else str(value)
    return "\n".join(f"{json.dumps(str(key))} = {one(value)}" for key, value in tree.items())


@settings(max_examples=examples(150), deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_spoilt(_MAPPING))
def test_a_spoilt_mapping_is_read_or_refused_in_a_sentence(tmp_path: Path,
                                                           data: dict[str, Any]) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(_toml(data), encoding="utf-8", errors="replace")
    try:
        for mapping in load_mappings(path).values():
            if isinstance(mapping, InputError):
                _plain(mapping)
    except InputError as error:
        _plain(error)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return distinct_city.write(tmp_path_factory.mktemp("hostile") / "city")


@pytest.mark.parametrize(
    "entry",
    [
        "table = 'job_posting; DROP TABLE job_posting; --'",
        "table = 'job_posting\" WHERE 1=1; DELETE FROM job_posting; --'",
        "table = \"main.job_posting' OR '1'='1\"",
        "query = 'DELETE FROM job_posting'",
        "query = 'SELECT * FROM job_posting; DROP TABLE job_posting'",
        "query = 'WITH x AS (SELECT 1) DELETE FROM job_posting'",
        "query = 'SELECT 1 /* x */ ; DROP TABLE job_posting -- y'",
        "table = 'job_posting'\n[datasets.job_posting.columns]\nposting_id = 'posting_id\" FROM job_posting; DROP TABLE job_posting; --'",
        "table = 'job_posting'\n[datasets.job_posting.values.collector]\n\"x' THEN 1 END; DROP TABLE job_posting; --\" = 'government'",
    ],
)
def test_sql_in_the_mapping_changes_nothing(
    city: dict[str, str], entry: str, tmp_path: Path
) -> None:
    urls = {name.removeprefix("LINGGONG_URL_").lower(): url for name, url in city.items()
            if name.startswith("LINGGONG_URL_")}
    config = tmp_path / "config"
    config.mkdir()
    (config / "plan.toml").write_bytes(Path(city["LINGGONG_CONFIG"], "plan.toml").read_bytes())
    (config / "sources.toml").write_text(f"[datasets.job_posting]\n{entry}\n", encoding="utf-8")
    database = Path(urls["suzhaohuo"].removeprefix("sqlite:///"))
    before = database.read_bytes()
    given_settings = Settings(config, tmp_path / "var", urls)
    for message in (row.problem for row in check(given_settings)):
        assert message is None or "Traceback" not in message
    refresh(given_settings)
    assert database.read_bytes() == before


_PARAMS = st.dictionaries(st.sampled_from(["as_of", "rollup", "indicator", "division", "page",
                                           "x"]),
                          st.one_of(st.text(max_size=30),
                                    st.sampled_from(["2025-06-30", "9999-12-31", "0000-00-00",
                                                     "2025-02-30", "county", "managing", "city",
                                                     "jobs_published", "321322", "321300",
                                                     "'; DROP TABLE x; --",
                                                     "<script>alert(1)</script>",
                                                     "../../etc/passwd", "%00", "{{7*7}}",
                                                     "1" * 5000])), max_size=4)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.address)
def test_any_address_shows_a_page(city: dict[str, str], screen: Any,
                                  monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in city.items():
        monkeypatch.setenv(name, value)

    @settings(max_examples=examples(15), deadline=None, database=None)
    @given(_PARAMS)
    def shown(params: dict[str, str]) -> None:
        page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
        for key, value in params.items():
            page.query_params[key] = value
        page.run()
        page.switch_page(screen.file).run()
        assert not page.exception
        markup = " ".join(str(element.proto.body) for element in page.get("html"))
        assert "页面出错了" not in markup
        assert "<script>alert" not in markup
    shown()


_NAMES = {"321302": "<script>window.hit=1</script>宿", "321322": "[沭阳](javascript:window.hit=2)",
          "321324": "**泗洪**<img src=x onerror=window.hit=3>", "321371": "$x^2$ :red[经开] `代码`",
          "321372": "洋河\"'><b>区</b>"}


@pytest.mark.browser
def test_markup_in_names_from_the_databases_is_shown_as_text(chromium: Browser,
                                                             tmp_path: Path) -> None:
    environment = distinct_city.write(tmp_path / "city")
    path = environment["LINGGONG_URL_REFERENCE"].removeprefix("sqlite:///")
    with sqlite3.connect(path) as reference:
        for code, name in _NAMES.items():
            reference.execute(
                "UPDATE managing_unit SET name = ?, short_name = ? WHERE unit_code = ?",
                [name, name, code])
            reference.execute("UPDATE township SET name = ? WHERE unit_code = ?",
                              [f"{name}镇", code])
    reference.close()
    venues = sqlite3.connect(environment["LINGGONG_URL_VENUES"].removeprefix("sqlite:///"))
    venues.execute("UPDATE service_venue SET name = '<img src=x onerror=window.hit=4>**站**'")
    venues.commit()
    venues.close()
    server, address = site.start_server(environment, tmp_path)
    try:
        site.answers(f"{address}/_stcore/health", server)
        with site.visitor(chromium, address) as somebody:
            for screen in SCREENS:
                for params in ("", "?rollup=managing", "?division=321322"):
                    _nothing_runs(somebody, f"/{screen.address}{params}")
            text = somebody.open("/overview")
            assert "<script>window.hit=1</script>宿" in text
            assert "[沭阳](javascript:window.hit=2)" in text
    finally:
        server.stop()


def _nothing_runs(somebody: site.Visitor, path: str) -> None:
    text = somebody.open(path)
    assert "页面出错了" not in text, path
    assert "has encountered an error" not in text, path
    page = somebody.page
    page.mouse.move(400, 500)  # tooltips are markup too
    page.wait_for_timeout(300)
    assert page.evaluate("window.hit") is None, path
    assert page.locator('a[href^="javascript:"]').count() == 0, path
    assert page.locator('img[src="x"]').count() == 0, path
    assert page.locator("strong", has_text="泗洪").count() == 0, path
