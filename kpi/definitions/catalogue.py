"""Every indicator the program can compute: what it is, not how much of it the plan wants.

The plan file may rename, target or leave out any of them; the definition (口径) is code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What kind of figure an indicator is; it decides how it is judged and added up."""

    CUMULATIVE = "cumulative"  # a count since the plan's start
    STOCK = "stock"            # how many hold on the day
    COVERAGE = "coverage"      # places served ÷ places
    FLOOR = "floor"            # a share judged against its target at any time


class Judged(StrEnum):
    """Against what a value is judged before the deadline."""

    PACE = "pace"    # target × elapsed share
    FLOOR = "floor"  # the target itself


@dataclass(frozen=True)
class Indicator:
    """One catalogue entry.

    `unit` is the Chinese counting unit of the value (“%” for shares, whose values run 0–1).
    `datasets`: the service datasets it needs; it is 未接入 when one of them is absent.
    `fills_up`: a yearly rate that starts near zero every January whatever the office does, so it is not red before July.
    `formula`, `numerator`, `denominator`: the definition in words, as printed on the 口径卡.
    """

    code: str
    name: str
    kind: Kind
    unit: str
    datasets: tuple[str, ...]
    formula: str
    numerator: str
    denominator: str | None = None
    fills_up: bool = False

    @property
    def is_share(self) -> bool:
        return self.denominator is not None

    @property
    def judged(self) -> Judged:
        return Judged.FLOOR if self.kind is Kind.FLOOR else Judged.PACE

    def too_early_for_red(self, day: date) -> bool:
        """Whether the raw figure says too little by `day` to be called seriously behind."""
        return self.fills_up and day.month < 7


_ALL = (
    Indicator("tier_coverage", "三级载体覆盖率", Kind.COVERAGE, "%", ("service_venue",),
              "（有开放市级市场的市＋有开放县级市场的县区＋有开放驿站的乡镇街道）÷（1＋县区数＋乡镇街道数）",
              "已建成载体的市、县区、乡镇街道", "应建成载体的市、县区、乡镇街道"),
    Indicator("county_market_coverage", "县级市场覆盖率", Kind.COVERAGE, "%", ("service_venue",),
              "有开放县级零工市场的县区÷县区数", "有县级市场的县区", "县区"),
    Indicator("station_coverage", "乡镇驿站覆盖率", Kind.COVERAGE, "%", ("service_venue",),
              "有开放零工服务驿站的乡镇（街道）÷当日在册的乡镇（街道）", "有驿站的乡镇（街道）", "在册乡镇（街道）"),
    Indicator("window_coverage", "中心村专窗覆盖率", Kind.COVERAGE, "%", ("service_venue", "central_village"),
              "有开放零工服务专窗的中心村（社区）÷当日名录内的中心村（社区）", "有专窗的中心村（社区）", "名录内中心村（社区）"),
    Indicator("registered_users", "速找活注册用户", Kind.STOCK, "人", ("worker_account",),
              "截至当日已注册且未注销的不同账户数", "在册账户"),
    Indicator("registered_employers", "苏心聘用工主体", Kind.STOCK, "家", ("employer_account",),
              "截至当日已注册且未注销的不同用工主体数", "在册用工主体"),
    Indicator("jobs_published", "发布零工岗位", Kind.CUMULATIVE, "个", ("job_posting",),
              "方案起始日以来计入的岗位发布人数之和，事后查实无效的在查实日冲减", "发布岗位（净）"),
    Indicator("third_party_share", "第三方归集率", Kind.FLOOR, "%", ("job_posting",),
              "第三方机构和行业协会归集的岗位÷发布零工岗位", "第三方机构、行业协会归集的岗位", "发布零工岗位"),
    Indicator("training_attendances", "技能培训人次", Kind.CUMULATIVE, "人次", ("training_attendance",),
              "方案起始日以来完成的零工技能培训人次，同一人同工种同等级只计首次", "完成培训人次"),
    Indicator("mediation_success", "调解成功率", Kind.FLOOR, "%", ("dispute_case",),
              "本年内调解成功的零工案件÷本年内调解终结（成功＋不成功）的零工案件", "调解成功", "调解终结"),
    Indicator("arbitration_closing", "仲裁结案率", Kind.FLOOR, "%", ("dispute_case",),
              "本年内仲裁结案数÷（1月1日未结案件＋本年受理案件），全部案件", "本年结案", "年初未结＋本年受理", fills_up=True),
    Indicator("co_built_sites", "载体共建站点", Kind.STOCK, "个", ("service_venue",),
              "组织部门、工会、城管部门共建且开放的站点数", "开放的共建站点"),
    Indicator("sector_jobs", "部门征集岗位", Kind.CUMULATIVE, "个", ("job_posting",),
              "发布零工岗位按行业分列，各行业由对应部门征集", "各行业发布岗位（净）"),
    Indicator("operated_venues", "社会力量运营载体", Kind.FLOOR, "%", ("service_venue",),
              "由社会力量运营的开放载体÷全部开放载体", "社会力量运营的开放载体", "开放载体"),
    Indicator("injury_cover", "职业伤害保障参保", Kind.STOCK, "人", ("injury_cover",),
              "当日在保的不同从业人员数", "在保人员"),
    Indicator("craft_certificates", "零工工匠认证", Kind.CUMULATIVE, "人", ("craft_certificate",),
              "方案起始日以来颁发的零工工匠证书数", "颁发证书"),
    Indicator("assisted_workers", "困难人员帮扶率", Kind.FLOOR, "%", ("assisted_person",),
              "当日在册且已获帮扶的就业困难人员÷当日在册的就业困难人员", "已获帮扶", "在册就业困难人员"),
    Indicator("welfare_posts", "临时公益性岗位", Kind.CUMULATIVE, "个", ("welfare_post",),
              "方案起始日以来开发的临时公益性岗位数", "开发岗位"),
    Indicator("e_agreement_share", "电子协议签订率", Kind.FLOOR, "%", ("hire",),
              "方案起始日以来撮合录用中已签订标准电子协议的÷全部撮合录用", "已签电子协议", "撮合录用"),
    Indicator("violations_closed", "违规查处办结率", Kind.FLOOR, "%", ("violation",),
              "方案起始日以来发现的违规中已办结的÷发现的违规", "已办结", "发现违规"),
    Indicator("transfers_answered", "移送反馈率", Kind.FLOOR, "%", ("violation",),
              "方案起始日以来移送监察的案件中已反馈的÷移送的案件", "已反馈", "移送案件"),
    Indicator("dual_real_name", "双实名率", Kind.FLOOR, "%", ("job_posting",),
              "用工主体已实名的岗位÷发布零工岗位", "用工主体已实名的岗位", "发布零工岗位"),
    Indicator("funds_spent", "资金支出率", Kind.FLOOR, "%", ("fund_entry",),
              "方案起始日以来支付金额÷预算金额", "已支付（元）", "预算（元）"),
    Indicator("good_practices", "经验做法报送", Kind.CUMULATIVE, "篇", ("practice_report",),
              "方案起始日以来报送的经验做法篇数", "报送篇数"),
    Indicator("follow_ups_closed", "议定事项办结率", Kind.FLOOR, "%", ("follow_up",),
              "督办台账中已到期的事项里，按期报告办结并已销号的÷已到期的", "按期办结并销号", "已到期事项"),
)

CATALOGUE: dict[str, Indicator] = {indicator.code: indicator for indicator in _ALL}

SECTOR_NAMES = {"agriculture": "涉农", "domestic": "劳务品牌及家政", "ecommerce": "电商", "construction": "建筑装修",
                "instant_delivery": "即时配送", "courier": "快递", "other": "其他"}
SECTOR_COLLECTORS = {"agriculture": "农业农村局", "domestic": "人社局", "ecommerce": "商务局", "construction": "住建局",
                     "instant_delivery": "市场监管局", "courier": "邮政管理局", "other": None}
COLLECTOR_NAMES = {"government": "政府部门", "third_party": "第三方机构", "association": "行业协会"}
