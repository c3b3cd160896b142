"""What a card's reader takes along: the sentence for a document, the figures of all units as CSV,
and a link to the same view.
"""

from __future__ import annotations

import csv
from io import StringIO
from urllib.parse import urlencode, urlsplit

import streamlit as st

from components.shell import View, level, plans
from kpi.scope import Permission
from kpi.sentences import points
from kpi.sentences.standing import sentence
from kpi.vocabulary import Division, Rollup
from kpi.wording import wording

_KEY = "lg-take"
# the browser's clipboard is closed to pages on plain http; selecting the box and copying is not
_COPY = f"""<button type="button" class="lg-copy">复制语句</button><span class="lg-copied" role="status"></span>
<script>(() => {{
  const button = document.querySelector('.st-key-{_KEY} .lg-copy');
  if (!button || button.lgReady) return;
  button.lgReady = true;
  button.addEventListener('click', () => {{
    const box = document.querySelector('.st-key-{_KEY} textarea');
    box.focus(); box.select();
    const done = document.execCommand('copy');
    button.nextElementSibling.textContent = done ? '已复制' : '已选中，请按 Ctrl+C 复制';
  }});
}})()</script>"""
_HEADS = ("单位", "指标", "截至", "数值", "计量单位", "目标", "完成率", "较应达进度（个百分点）", "状态")


def show(view: View, code: str, place: Division) -> None:
    """The sentence in a box that can be copied, the link in another, the file where the account may
    take figures along.
    """
    with st.container(key=_KEY, gap="small"):
        st.text_area("公文用语", said(view, code, place), height=80)
        st.html(_COPY, unsafe_allow_javascript=True)
        st.text_input("本项链接", link(view, code, place))
        if view.may(Permission.EXPORT):
            name = f"{view.plan.indicator(code).name}_{view.card.as_of}.csv"
            st.download_button("下载各单位数据（CSV）", view.handing_out(name, lambda: table(view, code)),
                               file_name=name, mime="text/csv", key=f"lg-take-{code}",
                               on_click="ignore")


def said(view: View, code: str, place: Division) -> str:
    """“截至2026年10月31日，沭阳县发布零工岗位1.40万个，完成目标…的83.3%，低于序时进度8.4个百分点。”"""
    line, item = view.card.line(code, place), view.plan.indicator(code)
    return f"截至{wording.chinese_date(view.card.as_of, with_year=True)}，{sentence(line, item, place.name)}"


def link(view: View, code: str, place: Division) -> str:
    """The address of the indicator's page with this indicator, unit and day; of this server as the
    reader's browser calls it.
    """
    own = {} if (city := level.city()) is None else {level.KEY: city.member.code}
    choice = {**own, **plans.key(), "as_of": view.card.as_of.isoformat(), "indicator": code}
    if place.rollup != Rollup.CITY:
        choice |= {"rollup": place.rollup.value, "division": place.code}
    here = urlsplit(st.context.url or "")
    root = here.path.rsplit("/", 1)[0]
    server = f"{here.scheme}://{here.netloc}" if here.netloc else ""
    return f"{server}{root}/indicator?{urlencode(choice)}"


def table(view: View, code: str) -> bytes:
    """CSV for a spreadsheet program: the city and the units of the chosen roll-up, one a row; what
    there is no figure of is empty. Shares as decimals.
    """
    item, text = view.plan.indicator(code), StringIO()
    rows = csv.writer(text)
    rows.writerow(_HEADS)
    for division in (view.geography.city, *view.members):
        line = view.card.line(code, division)
        ahead = points(line, item)
        rows.writerow([division.name, item.name, view.card.as_of.isoformat(), _exact(line.value),
                       "" if item.indicator.is_share else item.indicator.unit,
                       _exact(line.target), _exact(line.completion),
                       "" if ahead is None else f"{ahead:.1f}",
                       wording.light_word(line.light, final=line.final)])
    return text.getvalue().encode("utf-8-sig")


def _exact(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")
