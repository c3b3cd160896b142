"""What is not saved yet, what it would change, and putting it in force; and what was changed before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

import streamlit as st

from components.library import edit_history
from components.library.plan_draft import Draft, label, words
from components.look import notices
from components.shell import View
from data_access.accounts import Action
from data_access.site import Edit, InForce, checked, digest_of, edited, edits, save, text_of
from kpi.plan import Field, FieldKind, Plan
from kpi.scope import Permission
from kpi.scorecard import Trial, TriedLine, try_plan
from kpi.vocabulary import InputError, Rollup
from kpi.wording import light_word
from kpi.wording.wording import figure

_NEWEST, _ON, _CORRECTION = "从最新数据日起", "从指定的日子起", "更正：以前各日也按新的评判"
_MOST_LINES = 40


def pending(view: View, draft: Draft, file: Mapping[str, Any]) -> None:
    """The changes one by one, each with a way back."""
    definitions = view.plan.definitions
    if draft.restored is not None:
        notices.card("warning", "准备恢复较早的一版", "保存后，方案恢复成那次改动之前的样子；现在的一版仍留有记录。")
        if st.button("不恢复了", key="plan-unrestore"):
            draft.begin_anew(draft.digest)
            st.rerun()
        return
    for place, value in list(draft.values.items()):
        before = Field(place, "", FieldKind.TEXT).value_in(file)
        now = "从方案中去掉" if value is None and len(place) == 2 else words(value, place, definitions)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{_plain(label(place, view.plan, definitions))}："
                        f"{_plain(words(before, place, definitions))} → **{_plain(now)}**")
            if st.button("撤回", key=f"plan-back-{'-'.join(place)}"):
                draft.withdraw(place)
                st.rerun()


def _plain(text: str) -> str:
    """Text that Markdown leaves as it is."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()#+-.!|~<>$:" else sign for sign in text)


def putting_in_force(view: View, draft: Draft, text: str) -> None:
    """From when on, why; the effect; then the button that saves."""
    when = _when(view)
    try:
        new = _new_text(view, draft, text, when)
        plan = checked(view.current.settings, new)
    except InputError as error:
        notices.card("error", "还不能保存", str(error))
        return
    with st.container(horizontal=True):
        if st.button("预览影响", key="plan-try", type="secondary"):
            draft.tried = digest_of(new)
        st.download_button("下载改好的方案文件", view.handing_out(
            "方案文件", new.encode, Permission.PLAN), "plan.toml", "application/toml",
            key="plan-file", on_click="ignore")
    if draft.tried != digest_of(new):
        st.caption("先预览影响，核对后再保存。")
        return
    if not _effect(view, plan, when):
        return
    if not when.reason:
        st.caption("请写明为什么改，再保存。")
    if st.button("保存并生效", type="primary", key="plan-save", disabled=not when.reason):
        _save(view, draft, new, when)


def _new_text(view: View, draft: Draft, text: str, when: InForce) -> str:
    if draft.restored is not None:
        return edited(text_of(view.current.settings, draft.restored), {}, when)
    return edited(text, draft.values, when)


def _when(view: View) -> InForce:
    window = view.plan.window
    way = st.radio("从哪天起按新的评判", [_NEWEST, _ON, _CORRECTION], key="plan-when", horizontal=True,
                   help="已经过去的日子照旧按原来的方案；录入有错才用“更正”")
    first: date | None = None
    if way == _ON:
        usual = min(max(view.now().date(), window.start), window.deadline)
        chosen = st.date_input("生效日", usual, min_value=window.start, max_value=window.deadline,
                               format="YYYY-MM-DD", key="plan-first", width=200)
        first = chosen if isinstance(chosen, date) else usual
    reason = st.text_input("为什么改（文号、会议）", max_chars=200, key="plan-reason",
                           placeholder="例如：宿零工专班〔2026〕3号，3月联席会议调整分解任务")
    return InForce(first, way == _CORRECTION, reason.strip())


def _effect(view: View, plan: Plan, when: InForce) -> bool:
    """What the first day in force would be, or the newest there is data of where that comes first;
    whether it could be worked out.
    """
    newest = view.current.default_day
    day = newest if when.first is None else min(when.first, newest)
    which = ("生效日" if when.first == day else "最新一天" if when.first is None
             else f"最新一天，生效日 {when.first} 还没有数据")
    try:
        card = view.card if view.card.as_of == day else view.scorecard_on(day)
        trial = try_plan(card, view.figures.on(day).facts, plan)
    except InputError as error:
        notices.card("error", "还不能保存", str(error))
        return False
    st.html(f'<div class="lg-plan-effect"><h3>按新的方案，{day:%Y年%-m月%-d日}的数据（{which}）</h3>'
            f"{''.join(_tables(card.plan, trial))}</div>")
    return True


def _tables(before: Plan, trial: Trial) -> Iterator[str]:
    names = {item.code: item.name for item in (*before.indicators, *trial.day.plan.indicators)}
    units = {item.code: item.indicator.unit for item in trial.day.plan.indicators}
    for title, codes in (("增加指标", trial.added), ("去掉指标", trial.removed)):
        if codes:
            yield f"<p>{title}：{escape('、'.join(names[code] for code in codes))}</p>"
    yield _table("个目标会变", "各单位的目标不变", [
        (names[one.now.indicator], _whose(one), figure(one.now.target, units[one.now.indicator]),
         figure(one.would.target, units[one.now.indicator])) for one in trial.targets])
    yield _table("盏灯会变", "各项的灯不变", [
        (names[one.now.indicator], _whose(one), light_word(one.now.light),
         light_word(one.would.light)) for one in trial.lights])
    yield _table("个单位的名次会变", "名次不变", [
        ("综合得分", division.name, _place(now), _place(would))
        for division, now, would in trial.places])


def _table(changed: str, same: str, rows: Sequence[tuple[str, str, str, str]]) -> str:
    if not rows:
        return f"<p>{same}。</p>"
    body = "".join(f"<tr><th scope=row>{escape(what)}</th>"
                   + "".join(f"<td>{escape(text)}</td>" for text in texts) + "</tr>"
                   for what, *texts in rows[:_MOST_LINES])
    more = f"<p>另有 {len(rows) - _MOST_LINES} 项。</p>" if len(rows) > _MOST_LINES else ""
    return (f'<p><b>{len(rows)}</b> {changed}：</p>'
            '<div class="lg-table-box" tabindex="0" role="region" aria-label="改动前后"><table class="lg-table lg-plain"><thead><tr>'
            "<th scope=col>指标</th><th scope=col>单位</th><th scope=col>现在</th>"
            f"<th scope=col>改后</th></tr></thead><tbody>{body}</tbody></table></div>{more}")


def _whose(one: TriedLine) -> str:
    """The unit; a county apart from the managing unit of the same name."""
    if one.division.rollup == Rollup.CITY:
        return f"{one.division.name}（全市）"
    return f"{one.division.name}（{'县区' if one.division.rollup == Rollup.COUNTY else '管理单位'}）"


def _place(place: int | None) -> str:
    return "不排名" if place is None else f"第{place}"


def _save(view: View, draft: Draft, text: str, when: InForce) -> None:
    settings, what = view.current.settings, f"{len(draft.values) or 1} 处"
    try:
        # first: what leaves no trace is not done
        view.permit.record(Permission.PLAN, Action.PLAN, what, "提交")
        made = save(settings, text, draft.digest, when, view.access.account.label, view.now())
        view.permit.note(Action.PLAN, what, f"已生效 {made.after[:12]}：{when.reason}")
    except InputError as error:
        notices.card("error", "没有保存", str(error))
        return
    draft.begin_anew(made.after)
    st.session_state["plan-done"] = f"已保存：{when.reason}"
    st.rerun()


def history(view: View, draft: Draft) -> None:
    """Who changed what when; an earlier version put back is a change that is not saved yet."""
    def restore(edit: Edit) -> None:
        draft.begin_anew(draft.digest)
        draft.restored = edit.before
        st.rerun()

    edit_history.show(edits(view.current.settings), "plan",
                      "直接编辑文件的改动见“与上次相比”和方案版本。", restore)
