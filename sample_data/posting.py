"""What a job posting of the sample is made of, before it becomes rows."""

from __future__ import annotations

from dataclasses import dataclass

from sample_data.calendar import Days, Ints
from sample_data.table import Array

OCCUPATIONS = {
    "agriculture": ("花木管护", "果蔬采摘", "水产捕捞", "粮食收割"), "domestic": ("家庭保洁", "养老护理", "母婴护理", "家电清洗"),
    "ecommerce": ("打包分拣", "直播助理", "网店客服", "仓库理货"), "construction": ("水电安装", "墙面粉刷", "瓦工", "木工"),
    "instant_delivery": ("外卖配送", "商超配送"), "courier": ("快递派送", "快递分拣"),
    "other": ("餐饮帮工", "会务服务", "超市促销", "普工"),
}
PLATFORMS = {"速找活": 0.52, "县区零工市场": 0.2, "乡镇驿站": 0.16, "第三方招聘平台": 0.12}


@dataclass
class Postings:
    """Counted postings while they are being made: arrays by row. `unit` and `township` are
    positions.
    """

    unit: Ints
    township: Ints
    day: Days
    headcount: Ints
    false: Array
    sector: Array
    occupation: Array
    employer: Ints
    collector: Array
