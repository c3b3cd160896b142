"""The canonical service datasets: which columns a dataset has, of which type, and where it lives.

This is the vocabulary every layer shares: `data_access` maps a site's own tables onto it,
`sample_data` builds databases in it, `kpi` counts it. Nothing here knows SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ColumnType(StrEnum):
    """Type of a canonical column. `CODE` is text compared byte for byte; `TEXT` is free text."""

    CODE = "code"
    TEXT = "text"
    DATE = "date"
    INT = "int"
    REAL = "real"
    BOOL = "bool"
    TIMESTAMP = "timestamp"


@dataclass(frozen=True)
class Column:
    """One canonical column.

    `nullable` says whether null is a legitimate value (a null in a non-nullable column makes the
    row excluded, never an error). `categories`, when not empty, lists every value the column may
    take after mapping.
    """

    name: str
    type: ColumnType
    nullable: bool = False
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """One canonical table. `key` is its identifying column, `counted_on` the date that counts a row."""

    name: str
    connection: str
    title: str
    key: str
    counted_on: str | None
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError when the dataset has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def _code(name: str, nullable: bool = False) -> Column:
    return Column(name, ColumnType.CODE, nullable)


def _text(name: str, nullable: bool = False) -> Column:
    return Column(name, ColumnType.TEXT, nullable)


def _date(name: str, nullable: bool = False) -> Column:
    return Column(name, ColumnType.DATE, nullable)


def _bool(name: str) -> Column:
    return Column(name, ColumnType.BOOL)


def _category(name: str, *values: str, nullable: bool = False) -> Column:
    return Column(name, ColumnType.CODE, nullable, values)


_UNIT = _code("unit_code", nullable=True)
_TOWNSHIP = _code("township_code", nullable=True)
_UPDATED = Column("updated_at", ColumnType.TIMESTAMP, nullable=True)

VENUE_KINDS = ("city_market", "county_market", "station", "window", "co_built")
VENUE_HOSTS = ("party_centre", "organisation_dept", "trade_union", "urban_management", "other")
SECTORS = ("agriculture", "domestic", "ecommerce", "construction", "instant_delivery", "courier", "other")
COLLECTORS = ("government", "third_party", "association")
DISPUTE_STAGES = ("mediation", "arbitration")
DISPUTE_OUTCOMES = ("success", "failure", "withdrawn", "award", "settled", "dismissed")
VIOLATION_KINDS = ("false_posting", "discrimination", "black_agent", "data_leak", "other")
VIOLATION_MEASURES = ("rectify", "app_removal", "suspend", "shutdown", "penalty")

_ALL = (
    Dataset("service_venue", "venues", "服务载体", "venue_id", "opened_on", (
        _code("venue_id"), _text("name"), _category("kind", *VENUE_KINDS), _UNIT, _TOWNSHIP,
        _code("village_code", nullable=True), _category("host", *VENUE_HOSTS, nullable=True),
        _category("operator", "government", "social"),
        Column("longitude", ColumnType.REAL, True), Column("latitude", ColumnType.REAL, True),
        _date("opened_on"), _date("closed_on", True), _UPDATED)),
    Dataset("worker_account", "suzhaohuo", "速找活注册账户", "account_id", "registered_on", (
        _code("account_id"), _UNIT, _TOWNSHIP, _date("registered_on"), _date("verified_on", True),
        _date("deregistered_on", True), _UPDATED)),
    Dataset("job_posting", "suzhaohuo", "零工岗位发布", "posting_id", "published_on", (
        _code("posting_id"), _code("platform"), _code("employer_code", True), _code("occupation", True),
        _category("sector", *SECTORS), _category("collector", *COLLECTORS), _UNIT, _TOWNSHIP,
        Column("headcount", ColumnType.INT), _date("published_on"), _date("invalidated_on", True),
        _text("invalid_reason", True), _bool("employer_verified"), _UPDATED)),
    Dataset("hire", "suzhaohuo", "撮合录用", "hire_id", "matched_on", (
        _code("hire_id"), _code("posting_id", True), _UNIT, _TOWNSHIP, _date("matched_on"),
        _date("agreement_signed_on", True), _UPDATED)),
    Dataset("employer_account", "suxinpin", "苏心聘用工主体", "employer_code", "registered_on", (
        _code("employer_code"), _UNIT, _TOWNSHIP, _date("registered_on"), _date("verified_on", True),
        _date("deregistered_on", True), _UPDATED)),
    Dataset("training_attendance", "training", "技能培训", "attendance_id", "completed_on", (
        _code("attendance_id"), _code("person_key"), _code("occupation"), _code("level", True),
        _bool("is_gig"), _UNIT, _TOWNSHIP, _date("enrolled_on", True), _date("completed_on", True), _UPDATED)),
    Dataset("dispute_case", "disputes", "劳动争议", "case_id", "accepted_on", (
        _code("case_id"), _category("stage", *DISPUTE_STAGES), _bool("is_gig"), _UNIT, _date("accepted_on"),
        _date("closed_on", True), _category("outcome", *DISPUTE_OUTCOMES, nullable=True), _UPDATED)),
    Dataset("violation", "supervision", "违规查处", "violation_id", "found_on", (
        _code("violation_id"), _category("kind", *VIOLATION_KINDS), _UNIT, _date("found_on"),
        _category("measure", *VIOLATION_MEASURES, nullable=True), _date("closed_on", True),
        _date("transferred_on", True), _date("answered_on", True), _UPDATED)),
    Dataset("craft_certificate", "assistance", "零工工匠证书", "certificate_id", "issued_on", (
        _code("certificate_id"), _code("kind"), _UNIT, _date("issued_on"), _UPDATED)),
    Dataset("welfare_post", "assistance", "临时公益性岗位", "post_id", "created_on", (
        _code("post_id"), _UNIT, _TOWNSHIP, _date("created_on"), _date("filled_on", True),
        _date("vacated_on", True), _UPDATED)),
    Dataset("assisted_person", "assistance", "困难人员帮扶", "person_key", "registered_on", (
        _code("person_key"), _UNIT, _TOWNSHIP, _date("registered_on"), _date("helped_on", True),
        _date("ended_on", True), _UPDATED)),
    Dataset("injury_cover", "assistance", "职业伤害保障", "person_key", "covered_from", (
        _code("person_key"), _UNIT, _date("covered_from"), _date("covered_until", True), _UPDATED)),
    Dataset("fund_entry", "office", "资金", "entry_id", "booked_on", (
        _code("entry_id"), _UNIT, _category("kind", "budget", "payment"), Column("amount", ColumnType.REAL),
        _date("booked_on"), _UPDATED)),
    Dataset("practice_report", "office", "经验做法", "report_id", "submitted_on", (
        _code("report_id"), _UNIT, _date("submitted_on"), _UPDATED)),
    Dataset("managing_unit", "reference", "管理单位", "unit_code", None, (
        _code("unit_code"), _text("name"), _text("short_name"), _category("kind", "county", "zone"),
        _code("county_code", True), Column("population", ColumnType.INT, True),
        Column("sort_order", ColumnType.INT), _UPDATED)),
    Dataset("township", "reference", "乡镇（街道）", "township_code", None, (
        _code("township_code"), _text("name"), _code("unit_code"), _code("county_code"),
        _category("kind", "town", "township", "subdistrict"), _date("valid_from", True), _date("valid_to", True),
        _code("successor_code", True), _UPDATED)),
    Dataset("central_village", "reference", "中心村（社区）名录", "village_code", None, (
        _code("village_code"), _text("name"), _code("township_code"), _date("valid_from", True),
        _date("valid_to", True), _UPDATED)),
)

DATASETS: dict[str, Dataset] = {dataset.name: dataset for dataset in _ALL}
REFERENCE_DATASETS = ("managing_unit", "township", "central_village")
FACT_DATASETS = tuple(name for name in DATASETS if name not in REFERENCE_DATASETS)
CONNECTIONS: tuple[str, ...] = tuple(dict.fromkeys(dataset.connection for dataset in _ALL))
CONNECTION_TITLES: dict[str, str] = {
    "venues": "服务载体库", "suzhaohuo": "速找活平台", "suxinpin": "苏心聘平台", "training": "技能培训系统",
    "disputes": "调解仲裁系统", "supervision": "市场监管检查系统", "assistance": "就业帮扶系统",
    "office": "联席会议办公室", "reference": "区划名录",
}
