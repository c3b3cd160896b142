"""What a figure is made of: by sector, collector, occupation, kind …, each part with its share of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kpi.counting.facts import NOWHERE, Facts, Where
from kpi.definitions.catalogue import COLLECTOR_NAMES, SECTOR_COLLECTORS, SECTOR_NAMES
from kpi.definitions.cube import ORIGIN_PLAN
from kpi.vocabulary.division import Division

OTHERWISE = "未填写"
HOST_NAMES = {"party_centre": "党群服务中心", "organisation_dept": "组织部门", "trade_union": "工会",
              "urban_management": "城管部门", "other": "其他"}
VENUE_NAMES = {"city_market": "市级市场", "county_market": "县级市场", "station": "零工服务驿站",
               "window": "零工服务专窗", "co_built": "共建站点"}
OUTCOME_NAMES = {"success": "调解成功", "failure": "调解不成功", "withdrawn": "撤回", "award": "裁决", "settled": "调解结案",
                 "dismissed": "驳回"}
VIOLATION_NAMES = {"false_posting": "虚假招聘", "discrimination": "就业歧视", "black_agent": "黑中介", "data_leak": "泄露信息",
                   "other": "其他"}
MEASURE_NAMES = {"rectify": "责令整改", "app_removal": "下架", "suspend": "暂停服务", "shutdown": "关停", "penalty": "行政处罚"}
# A day before anything: a stock is everything begun and not ended, however long ago it began.
_EVER = date(1900, 1, 1)


@dataclass(frozen=True)
class Part:
    """`share` of the split's total, 0–1, None when that is not above zero. `note`: e.g. the department that collects it."""

    name: str
    value: float
    share: float | None
    note: str = ""


@dataclass(frozen=True)
class Split:
    """One way to take a figure apart, greatest part first; the parts add up to `total`."""

    title: str
    unit: str
    total: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class _Cut:
    """Begun less ended `column` of a dataset by one dimension. `since`: the plan's start, 1 January, or ever."""

    title: str
    unit: str
    dataset: str
    begins: str
    dimension: str
    ends: str | None = None
    column: str = "rows"
    since: str = "plan"
    where: Where = field(default_factory=lambda: NOWHERE)
    names: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str | None] = field(default_factory=dict)


def _jobs(title: str, dimension: str, names: Mapping[str, str], notes: Mapping[str, str | None] | None = None) -> _Cut:
    return _Cut(title, "个", "job_posting", "published", dimension, "invalidated", "amount", names=names, notes=notes or {})


def _venues(title: str, dimension: str, names: Mapping[str, str], where: Where = NOWHERE) -> _Cut:
    return _Cut(title, "个", "service_venue", "opened", dimension, "closed", since="ever", where=where, names=names)


_COLLECTED = {"third_party": "计入第三方归集", "association": "计入第三方归集"}
_SECTORS = _jobs("按行业", "sector", SECTOR_NAMES, {code: name and f"{name}征集" for code, name in SECTOR_COLLECTORS.items()})
_COLLECTORS = _jobs("按归集主体", "collector", COLLECTOR_NAMES, _COLLECTED)
_VERIFIED = _jobs("按用工主体实名", "employer_verified", {"1": "已实名", "0": "未实名"})

_CUTS: Mapping[str, tuple[_Cut, ...]] = {
    "co_built_sites": (_venues("按共建单位", "host", HOST_NAMES, {
        "kind": "co_built", "host": ("organisation_dept", "trade_union", "urban_management")}),),
    "operated_venues": (_venues("按运营主体", "operator", {"government": "政府运营", "social": "社会力量运营"}),
                        _venues("按载体类型", "kind", VENUE_NAMES)),
    "jobs_published": (_SECTORS, _COLLECTORS, _VERIFIED),
    "sector_jobs": (_SECTORS, _COLLECTORS),
    "third_party_share": (_COLLECTORS,),
    "dual_real_name": (_VERIFIED,),
    "training_attendances": (_Cut("按工种", "人次", "training_attendance", "completed", "occupation"),),
    "mediation_success": (_Cut("本年调解终结案件（零工）按结果", "件", "dispute_case", "closed", "outcome", since="year",
                               where={"stage": "mediation", "is_gig": 1}, names=OUTCOME_NAMES),),
    "arbitration_closing": (_Cut("本年仲裁结案按方式", "件", "dispute_case", "closed", "outcome", since="year",
                                 where={"stage": "arbitration"}, names=OUTCOME_NAMES),),
    "craft_certificates": (_Cut("按证书种类", "人", "craft_certificate", "issued", "kind"),),
    "violations_closed": (_Cut("发现的违规按种类", "件", "violation", "found", "kind", names=VIOLATION_NAMES),
                          _Cut("发现的违规按处置措施", "件", "violation", "found", "measure", names=MEASURE_NAMES)),
}


def splits(code: str, facts: Facts, division: Division, as_of: date) -> tuple[Split, ...]:
    """The ways to take an indicator apart; none when it has no dimension or its dataset is 未接入 or empty."""
    return tuple(_split(cut, facts, division, as_of) for cut in _CUTS.get(code, ()) if facts.has(cut.dataset))


def _split(cut: _Cut, facts: Facts, division: Division, as_of: date) -> Split:
    sums = _sums(cut, cut.begins, facts, division, as_of)
    if cut.ends is not None:
        for name, value in _sums(cut, cut.ends, facts, division, as_of).items():
            sums[name] = sums.get(name, 0.0) - value
    total = sum(sums.values())
    parts = [Part(cut.names.get(name, name) or OTHERWISE, value, value / total if total > 0 else None,
                  cut.notes.get(name) or "") for name, value in sums.items() if value]
    return Split(cut.title, cut.unit, total, tuple(sorted(parts, key=lambda part: (-part.value, part.name))))


def _sums(cut: _Cut, event: str, facts: Facts, division: Division, as_of: date) -> dict[str, float]:
    first = {"plan": _EVER, "ever": _EVER, "year": date(as_of.year, 1, 1)}[cut.since]
    # what counts since the plan's start is told by where a row's own date lies, so that a write-off follows its posting
    return facts.breakdown(cut.dataset, event, cut.dimension, division=division, first=first, last=as_of,
                           column=cut.column, origin=ORIGIN_PLAN if cut.since == "plan" else None, where=cut.where)
