"""What a dataset file may say."""

from __future__ import annotations

from kpi.definitions.dataset import ColumnType, DuplicateRule
from kpi.definitions.grammar import Form, Key, Section
from kpi.vocabulary import Reason

CATEGORY = "category"
DIVISIONS, REGISTER = "divisions", "venue_register"
PLAN_WINDOW = "counting.duplicate_window_days"
COLUMN_TYPES = (*(type_.value for type_ in ColumnType), CATEGORY)

DATASET = Section(
    "（文件开头）",
    "数据集本身：文件名就是它的代码，也是默认的表名",
    (
        Key("connection", Form.TEXT, "在哪个连接里，须是 connections.toml 中的一个", required=True),
        Key("title", Form.TEXT, "页面上的名称", required=True),
        Key("order", Form.WHOLE, "在列表中的先后，不写的排在最后"),
        Key("key", Form.TEXT, "标识一行的列", required=True),
        Key("counted_on", Form.TEXT, "按哪个日期计数（列名）；区划名录以外必写"),
        Key("amount", Form.TEXT, "除行数外另行加总的数量列；为空、不大于 0 或超过 most 的行不计入"),
        Key("most", Form.NUMBER, "amount 的上限"),
        Key("unit", Form.TEXT, "行或数量的量词，默认“件”"),
        Key(
            "missing",
            Form.TEXT,
            "没有计数日期的行算什么",
            allowed=(Reason.MISSING_DATE.value, Reason.NOT_COMPLETED.value),
        ),
        Key("optional", Form.FLAG, "true：各地不一定有；库里没有这张表、对照表也没有写它的，就是未接入"),
        Key("columns", Form.TABLE, "有哪些列，见 [columns]", required=True),
        Key("events", Form.TABLE, "有哪些事件，见 [events.名称]；区划名录以外必写"),
        Key("only", Form.TABLE, "只计入其中一部分行，见 [only]"),
        Key("duplicate", Form.TABLE, "重复规则，见 [duplicate]"),
        Key("repeated", Form.TABLE, "同一编号登记了几行时只计一行，见 [repeated]"),
        Key("clip_overlaps", Form.TABLE, "同一对象的时段重叠时如何计，见 [clip_overlaps]"),
        Key("reported", Form.TABLE, "各单位按期报送的数：没有报的单位没有数，不是 0；报 0 的照计。见 reported"),
        Key(
            "rule",
            Form.TEXT,
            "程序自带的数据集才有：区划名录，或逐个保留的载体名册",
            allowed=(DIVISIONS, REGISTER),
        ),
    ),
)

COLUMN = Section("[columns]", "每列一行：列名 = \"类型\"，类型后加 ? 表示可以为空；需要写更多的用表。每个数据集都须有 unit_code 列，"
                 "updated_at 不必写", (
    Key("type", Form.TEXT, "类型，后加 ? 表示可以为空；category 是有固定取值的列", required=True,
        allowed=(*COLUMN_TYPES, *(f"{name}?" for name in COLUMN_TYPES))),
    Key("values", Form.TABLE, "category 的全部取值 = \"名称\"；bool 列为 true 和 false 的名称"),
    Key("title", Form.TEXT, "中文列名"),
    Key("synonyms", Form.NAMES, "各单位的表格里这一列还可能叫什么"),
    Key("ignored_before", Form.TEXT, "date? 列可写：早于哪个日期列时视为没有填"),
    Key("precedes", Form.TEXT, "date? 列可写：不应晚于哪个日期列；晚了的照常计，并在“数据”页提醒核对"),
    Key("optional", Form.FLAG, "可以为空的列可写 true：对方没有这一列也能读，按没有填处理"),
))

DUPLICATE = Section("[duplicate]", "哪些行是同一件事的再次登记，不计入", (
    Key("rule", Form.TEXT, "within_days：与上一行相隔不超过 days 天；first：只计最早的一行", required=True,
        allowed=(DuplicateRule.WITHIN_DAYS.value, DuplicateRule.FIRST.value)),
    Key("same", Form.NAMES, "哪些列都相同才算同一件事；place 指乡镇，没有乡镇时为单位", required=True),
    Key("order", Form.NAMES, "按哪些列排先后", required=True),
    Key("days", Form.DAYS, f"天数；写 \"{PLAN_WINDOW}\" 则用 plan.toml 中的设置"),
))

REPEATED = Section("[repeated]", "同一编号只计一行：计数日期最早的；相同则取最后更新的，再取已结束的，再按其他各列的先后。"
                   "已写 [duplicate] 的不写", (
    Key("same", Form.NAMES, "哪些列都相同才算同一编号", required=True),
    Key("closed", Form.TEXT, "结束日期的列"),
))

ONLY = Section("[only]", "只计入这样的行", (
    Key("where", Form.TABLE, "一列 = 它应有的值", required=True),
    Key("reason", Form.TEXT, "其余的行按什么原因排除", required=True, allowed=(Reason.NOT_GIG.value,)),
))

OVERLAPS = Section("[clip_overlaps]", "同一对象有几个时段时，每一天只计一次，归最早开始的那一段（程序内的规则）", (
    Key("same", Form.NAMES, "哪些列相同算同一对象", required=True),
    Key("begins", Form.TEXT, "时段第一天的列", required=True),
    Key("ends", Form.TEXT, "时段结束的列，可以为空", required=True),
))

EVENT = Section("[events.名称]", "每个事件一个表。第一个事件就是计数日期，只能写 by；以后的事件只看计入的行，"
                "on、within_days_of、while_held、ends、first_of、clipped 写且只写一个", (
    Key("by", Form.NAMES, "按哪些列细分（category、code 或 bool 列）"),
    Key("on", Form.TEXT, "发生日期的列"),
    Key("not_before", Form.NAMES, "记录的日期早于这些日期时，取这些日期；不写为计数日期，写 [] 则一律用记录的日期"),
    Key("requires", Form.NAMES, "还须有值的其他列（日期或 code 列）"),
    Key("origin", Form.TEXT, "按哪个日期判断是否属于方案期，不写为计数日期"),
    Key("within_days_of", Form.TABLE, "计数日期后若干天内有了另一个日期的行，见 within_days_of"),
    Key("while_held", Form.TABLE, "在有效期内发生的事，见 while_held"),
    Key("ends", Form.TEXT, "某个 while_held 事件随这一行一起结束：写那个事件的名称"),
    Key("first_of", Form.TABLE, "方案期内同一对象的第一行，见 first_of（程序内的规则）"),
    Key("clipped", Form.TEXT, "clip_overlaps 之后时段的开始或结束", allowed=("begins", "ends")),
))

WITHIN = Section("within_days_of", "例如 { date = \"closed_on\", days = 60 }", (
    Key("date", Form.TEXT, "另一个日期的列", required=True),
    Key("days", Form.WHOLE, "天数", required=True),
))

HELD = Section("while_held", "例如 { became = \"verified_on\", ended = \"deregistered_on\" }", (
    Key("became", Form.TEXT, "何时发生的列", required=True),
    Key("ended", Form.TEXT, "这一行何时不再有效的列", required=True),
))

FIRST_OF = Section(
    "first_of",
    "例如 { same = [\"person_key\"], order = [\"completed_on\", \"attendance_id\"] }",
    (
        Key("same", Form.NAMES, "哪些列相同算同一对象", required=True),
        Key("order", Form.NAMES, "按哪些列排先后", required=True),
    ),
)

REPORTED = Section(
    "reported",
    "例如 { item = \"item\" }。用它的指标须用 where 写明是哪一项，写 cumulative 或 stock",
    (
        Key("item", Form.TEXT, "报的是哪一项的列（category，第一个事件的 by 里要有）", required=True),
        Key("asked", Form.TABLE, "只由部分单位报的项：取值 = 单位代码的列表"),
    ),
)

SECTIONS = (DATASET, COLUMN, DUPLICATE, REPEATED, ONLY, OVERLAPS, REPORTED, EVENT, WITHIN, HELD,
            FIRST_OF)
