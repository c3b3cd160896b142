"""What an indicator file may say."""

from __future__ import annotations

from kpi.definitions.grammar import Form, Key, Section
from kpi.definitions.indicator import Flow, Kind, Places, Rule, Since, TownshipColumn

ROWS, AMOUNT = "rows", "amount"

INDICATOR = Section(
    "（文件开头）",
    "指标本身：文件名就是它的代码，plan.toml 写上 [indicators.代码] 才显示",
    (
        Key("name", Form.TEXT, "名称；plan.toml 写了 name 的以它为准", required=True),
        Key("unit", Form.TEXT, "单位；比率写 %", required=True),
        Key("order", Form.WHOLE, "在列表中的先后，不写的排在最后"),
        Key("clause", Form.TEXT, "方案条款；plan.toml 写了 clause 的以它为准"),
        Key(
            "kind",
            Form.TEXT,
            "cumulative：方案期以来的累计；stock：当天有效的个数；coverage：覆盖率；floor：随时与目标比较的比率；"
            "matching：供需（程序内的规则），只监测",
            required=True,
            allowed=tuple(kind.value for kind in Kind),
        ),
        Key(
            "flow",
            Form.TEXT,
            "只有 floor 写：since_start 方案期以来；yearly 每年 1 月 1 日重新起算；stock 当天；"
            "fills_up 每年重新起算并带入年初未结的",
            allowed=tuple(flow.value for flow in Flow),
        ),
        Key("formula", Form.TEXT, "计算方法，印在口径卡上", required=True),
        Key("numerator", Form.TABLE, "数什么（比率的分子），见 numerator", required=True),
        Key("denominator", Form.TABLE, "比率的分母，写法同 numerator"),
        Key(
            "coverage",
            Form.TABLES,
            "coverage 才写：哪些地方应有哪种载体，可写几项相加，见 coverage",
        ),
        Key("rule", Form.TEXT, "matching 才写：median_days 中位撮合天数；unfilled 三十天未招满岗位",
            allowed=tuple(rule.value for rule in Rule)),
        Key("enough", Form.TABLE, "比率可写：行里缺一项的多了就不给数，见 enough"),
        Key("active", Form.TABLE, "载体的比率可写：分子只数近来有服务的载体（程序内的规则），见 active"),
        Key("interval", Form.FLAG, "false：分子分母不是件数（如金额），不给区间"),
        Key("of_people", Form.FLAG, "true：拆分数的是个人的案件，1 到 4 件印作“‹5”"),
        Key("split", Form.TABLES, "有哪些拆分，见 [[split]]"),
        Key("companion", Form.TABLES, "与它一起看的数，见 [[companion]]"),
        Key("phrase", Form.TABLE, "在句子里怎样说，见 [phrase]"),
        Key("shown_with", Form.TABLE, "在汇报里并入另一个指标的那句话，见 shown_with"),
        Key(
            "township_column",
            Form.TEXT,
            "在乡镇表中填哪一列",
            allowed=tuple(column.value for column in TownshipColumn),
        ),
        Key(
            "closing", Form.TABLE, "结案率类的陪伴数（程序内的规则），只有 fills_up 写，见 closing"
        ),
        Key("watch_write_offs", Form.FLAG, "true：冲减（minus）激增时预警"),
        Key("shown_first", Form.FLAG, "true：打开页面时先看它"),
    ),
)

SUM = Section("numerator、denominator", "一个合计数：某数据集某事件的行数或数量", (
    Key("name", Form.TEXT, "名称，印在口径卡上", required=True),
    Key("dataset", Form.TEXT, "数据集；coverage 不写"),
    Key("event", Form.TEXT, "事件"),
    Key("minus", Form.TEXT, "减去的事件"),
    Key("of", Form.TEXT, "rows 行数（默认）或 amount 数量", allowed=(ROWS, AMOUNT)),
    Key("since", Form.TEXT, "plan 方案期以来；year 本年以来；ever 有史以来；不写的由 kind 和 flow 决定",
        allowed=tuple(since.value for since in Since)),
    Key("where", Form.TABLE, "只数这样的行：列 = 值或几个值，列须是该事件的 by"),
    Key("carried_in", Form.FLAG, "true：加上 1 月 1 日前 event 发生而 minus 未发生的（年初未结）"),
))

COVERAGE = Section(
    "coverage",
    "例如 [{ place = \"township\", venue = \"station\", missing = \"未设驿站的乡镇\" }]",
    (
        Key(
            "place",
            Form.TEXT,
            "地方",
            required=True,
            allowed=tuple(places.value for places in Places),
        ),
        Key("venue", Form.TEXT, "须有哪种开放的载体（service_venue 的 kind）", required=True),
        Key("missing", Form.TEXT, "没有的地方列表用什么标题"),
    ),
)

SPLIT = Section("[[split]]", "一种拆分。dataset、event、minus、of 不写的同 numerator", (
    Key("title", Form.TEXT, "标题", required=True),
    Key("by", Form.TEXT, "按哪一列拆，须是该事件的 by", required=True),
    Key("unit", Form.TEXT, "单位，不写的同指标（比率同数据集的量词）"),
    *(key for key in SUM.keys if key.name in ("dataset", "event", "minus", "of", "since", "where")),
    Key("notes", Form.TABLE, "取值 = 说明，例如由哪个部门征集"),
))

COMPANION = Section("[[companion]]", "与指标一起看的数。只写 name 和 where：指标自己限于这些行；写 event：一个合计数；"
                    "写 numerator 和 denominator：一个比率", (
    Key("name", Form.TEXT, "名称", required=True),
    Key("unit", Form.TEXT, "单位，不写的同指标；比率不写"),
    *(key for key in SUM.keys if key.name in ("dataset", "event", "minus", "of", "since", "where")),
    Key("numerator", Form.TABLE, "比率的分子"),
    Key("denominator", Form.TABLE, "比率的分母"),
))

PHRASE = Section("[phrase]", "“累计发布零工岗位4.68万个”“每周多发布62个岗位”里的三个词", (
    Key("said", Form.TEXT, "句首怎样称呼", required=True),
    Key("verb", Form.TEXT, "动词", required=True),
    Key("unit", Form.TEXT, "量词和名词", required=True),
))

SHOWN_WITH = Section("shown_with", "例如 { indicator = \"jobs_published\", words = \"第三方归集占\" }", (
    Key("indicator", Form.TEXT, "并入哪个指标", required=True),
    Key("words", Form.TEXT, "怎样说", required=True),
))

CLOSING = Section("closing", "路径、近 365 天结案率、限期内结案", (
    Key("in_time", Form.TEXT, "限期内结案的事件（within_days_of）", required=True),
))

ENOUGH = Section("enough", "分子那个数据集的行，方案期以来有 of 事件而没有 event 事件的多于 lacking_at_most，就不给数", (
    Key("event", Form.TEXT, "应有的事件", required=True),
    Key("of", Form.TEXT, "在哪个事件的行之中", required=True),
    Key("lacking_at_most", Form.NUMBER, "最多缺多少（0–1）", required=True),
))

ACTIVE = Section("active", "分子和分母都是开放载体；从没有服务记录的单位不计在内", (
    Key("dataset", Form.TEXT, "服务记录的数据集", required=True),
    Key("event", Form.TEXT, "按载体分的服务事件", required=True),
    Key("venue", Form.TEXT, "载体编号的列，须是该事件的 by", required=True),
    Key("days", Form.WHOLE, "近多少天，含当天", required=True),
))

SECTIONS = (INDICATOR, SUM, COVERAGE, ENOUGH, ACTIVE, SPLIT, COMPANION, PHRASE, SHOWN_WITH, CLOSING)
