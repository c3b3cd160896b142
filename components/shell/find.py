"""查找: units, townships, villages, indicators, follow-up items and screens by name, opened with
Ctrl+K or the button in the filter bar.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import streamlit as st

from components.shell import account, navigation, onward, state
from components.shell.selection import Selection
from data_access.current import Current
from data_access.ledger import ledger_url
from kpi.departments import all_names
from kpi.follow_ups import Case
from kpi.scope import Access
from kpi.vocabulary import Division, Geography, Rollup, holds_on, listed_code

_TITLE, _CHOICE = "查找", "find-choice"
# asked for again until the box has had the focus for three ticks, however slowly the dialog opens
_FOCUS = f"""<script>(() => {{
  let had = 0, ticks = 0;
  const timer = setInterval(() => {{
    const box = document.querySelector('.st-key-{_CHOICE} input');
    if (box && document.activeElement !== box) {{ box.focus(); had = 0; }} else if (box) had += 1;
    if (had > 2 || ++ticks > 200) clearInterval(timer);
  }}, 100);
}})()</script>"""


@dataclass(frozen=True)
class Place:
    """Something with a name and where it is shown: the screen's address and the choice on it.

    `kind` is the word before the name, `about` what tells two of one name apart, "" for nothing.
    """

    kind: str
    name: str
    address: str
    choice: tuple[tuple[str, str], ...] = ()
    about: str = ""

    @property
    def label(self) -> str:
        """“乡镇 · 青阳街道（泗洪县）”."""
        return f"{self.kind} · {self.name}" + (f"（{self.about}）" if self.about else "")


def button(current: Current, chosen: Selection, access: Access) -> None:
    """The way to the search, for the filter bar; a press opens it over the page."""
    if st.button(_TITLE, key="find", icon=":material/search:", type="tertiary",
                 shortcut="Ctrl+K"):
        st.dialog(_TITLE, width="medium")(_ask)(places(current, chosen, access))


def places(current: Current, chosen: Selection, access: Access) -> tuple[Place, ...]:
    """Everything the account may find, in the order units, indicators, screens, items, townships,
    villages.

    The figures are cut to the account's scope already: what belongs to others is not in them.
    Townships and villages are those of the day shown.
    """
    geography = current.judged_on(chosen.as_of).figures.facts.geography
    cases = state.opened_ledger(ledger_url(current.settings)).cases()
    return (*_units(geography), *_indicators(current), *_screens(access),
            *_items(cases, current, access), *_parts(geography, chosen))


def _units(geography: Geography) -> Iterator[Place]:
    counties = {division.code for division in geography.counties}
    for division in (*geography.counties, *geography.managing):
        if division.rollup == Rollup.COUNTY or division.code not in counties:
            yield Place("单位", division.name, "county", _of(division))


def _of(division: Division) -> tuple[tuple[str, str], ...]:
    return (("rollup", division.rollup.value), ("division", division.code))


def _indicators(current: Current) -> Iterator[Place]:
    for item in current.plan.indicators:
        yield Place("指标", item.name, "indicator", (("indicator", item.code),))


def _screens(access: Access) -> Iterator[Place]:
    for screen in navigation.SCREENS:
        if access.allowed(screen.permission):
            yield Place("页面", screen.title, screen.address)


def _items(cases: tuple[Case, ...], current: Current, access: Access) -> Iterator[Place]:
    """Items of the ledger: those that concern the account, for the office and whoever else sees the
    whole city all; of a department, which sees its figures only, its own.
    """
    actor = account.acting(access)
    actor = replace(actor, units=all_names(current.plan, actor.units))
    for case in cases:
        if (access.scope.everything and not access.only_department) or actor.concerned(case.now):
            yield Place("督办", f"{case.item.number} {case.item.title}", "follow_ups",
                        (("item", case.item.number), ("division", onward.WHOLE)))


def _parts(geography: Geography, chosen: Selection) -> Iterator[Place]:
    """Townships and villages in being on the day, each leading to the unit it lies in."""
    homes: dict[str, tuple[Division, str]] = {}
    for township in geography.townships_on(chosen.as_of):
        unit = (geography.member(Rollup.COUNTY, township.unit_code)
                or geography.member(Rollup.MANAGING, township.unit_code))
        if unit is not None:
            homes[listed_code(township.code)] = unit, township.name
            yield Place("乡镇", township.name, "county", _of(unit), unit.name)
    for village in geography.central_villages or ():
        home = homes.get(listed_code(village.township_code))
        if home is not None and holds_on(village.valid_from, village.valid_to, chosen.as_of):
            unit, township_name = home
            yield Place("村（社区）", village.name, "county", _of(unit),
                        f"{unit.short_name}{township_name}")


def _ask(found: tuple[Place, ...]) -> None:
    place = st.selectbox("输入名称的一部分，用上下键选择，按回车打开", found, index=None, key=_CHOICE,
                         format_func=lambda one: one.label, placeholder="如：泗洪、青阳街道、技能培训",
                         filter_mode="contains")
    if place is not None:
        onward.go(place.address, **dict(place.choice))
    # whoever pressed Ctrl+K wants to type, but the dialog takes the focus itself as it opens
    st.html(_FOCUS, unsafe_allow_javascript=True)
    st.html(f'<p class="lg-find-note">共 {len(found)} 处可查；只含本账号可以看到的内容，不含个人信息。</p>')
