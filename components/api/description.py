"""The interface described in OpenAPI 3.1, for whoever writes a client: every address, parameter,
field and error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.feeds import FEEDS, Feed

Schema = dict[str, Any]
VERSION = "1.0"
_ABOUT = ("只读。内容与命令 python -m reports 同名子命令的输出逐字节相同。以后只会增加字段，不会改名、删除或改变含义；"
          "读取方应忽略不认识的字段和取值。没有的值是 null，不是 0。比率是 0–1 的小数，未经舍入。")
_STRING: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "number"}
_WHOLE: Schema = {"type": "integer"}
_TRUTH: Schema = {"type": "boolean"}
_DAY: Schema = {"type": "string", "format": "date"}
_STRINGS: Schema = {"type": "array", "items": _STRING}


def description() -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "零工归宿监测数据接口", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": {f"/{feed.name}": {"get": _operation(feed)} for feed in FEEDS},
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "由系统管理员用 python -m data_access token add 发放；限定全市或若干县区、功能区，有到期日。",
                }
            },
            "parameters": _PARAMETERS,
            "headers": _HEADERS,
            "responses": _RESPONSES,
            "schemas": {**_SHARED, **{_schema_name(feed): _SCHEMAS[feed.name] for feed in FEEDS}},
        },
    }


def _operation(feed: Feed) -> dict[str, Any]:
    return {"operationId": feed.name, "summary": feed.title,
            "parameters": [_ref("parameters", name) for name in _PARAMETERS],
            "responses": {"200": {"description": feed.title,
                                  "headers": {"ETag": _ref("headers", "ETag")},
                                  "content": {
                                      "application/json": {
                                          "schema": _ref("schemas", _schema_name(feed))}}},
                          "304": {"description": "与 If-None-Match 给出的内容相同",
                                  "headers": {"ETag": _ref("headers", "ETag")}},
                          **{status: _ref("responses", status) for status in _RESPONSES}}}


def _schema_name(feed: Feed) -> str:
    return f"{feed.name.capitalize()}Answer"


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _object(about: str = "", **fields: Schema) -> Schema:
    """An object with all of these fields; others may come."""
    return {"type": "object", **({"description": about} if about else {}), "properties": fields,
            "required": list(fields)}


def _listed(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _says(schema: Schema, about: str) -> Schema:
    return {**schema, "description": about}


def _counts(about: str) -> Schema:
    return {"type": "object", "description": about, "additionalProperties": _WHOLE}


_PARAMETERS: Mapping[str, Schema] = {
    "as_of": {"name": "as_of", "in": "query", "required": False, "schema": _DAY,
              "description": "截至日期；不写则为最近一个完整日。"},
    "division": {"name": "division", "in": "query", "required": False, "schema": _STRING,
                 "description": "只要一个县区或功能区看得到的内容，写区划代码；不写则为令牌的全部范围。"},
    "plan": {"name": "plan", "in": "query", "required": False, "schema": _STRING,
             "description": "哪个方案，写方案的 id，例如 suqian-2025-2026；不写则为现在的方案。"},
    "if_none_match": {"name": "If-None-Match", "in": "header", "required": False, "schema": _STRING,
                      "description": "上次得到的 ETag；内容没有变时返回 304，不带内容。"},
}
_HEADERS: Mapping[str, Schema] = {"ETag": {"description": "内容的标识；快照、方案、日期变化后随之变化。",
                                           "schema": _STRING}}
_ERRORS = {"400": "参数有误、没有这个单位或方案，或这一天没有数据", "401": "没有令牌，或令牌不对、到期、已作废", "403": "超出令牌的范围",
           "404": "没有这个地址", "405": "只能用 GET", "429": "请求过于频繁，按 Retry-After 等待", "500": "程序出错",
           "503": "数据暂时无法提供"}
_RESPONSES: Mapping[str, Schema] = {status: {"description": about,
                                             "content": {
                                                 "application/json": {
                                                     "schema": _ref("schemas", "Error")}}}
                                    for status, about in _ERRORS.items()}

_REMARK = _object("对数据的说明", code=_STRING, count=_WHOLE, where=_STRING, text=_STRING)
_LIST_REMARK = _object("对区划名录的说明", dataset=_STRING, code=_STRING, count=_WHOLE, where=_STRING,
                       text=_STRING)
_SOURCE = _object("一个连接的状态",
                  state=_says(_STRING, "ok 正常、stale 用的是较早一次读数、down 读不到、held 待核实、absent 未接入"),
                  latest=_or_null(_DAY), newest=_or_null(_DAY),
                  age=_says(_or_null(_WHOLE), "最新记录距今的工作日数"), fresh=_or_null(_TRUTH))
_FORECAST: Schema = _or_null(
    _object(
        "到期末的预测",
        p10=_or_null(_NUMBER),
        p50=_or_null(_NUMBER),
        p90=_or_null(_NUMBER),
        probability=_or_null(_NUMBER),
        state=_STRING,
        landing=_or_null(_DAY),
    )
)
_SHARED: Mapping[str, Schema] = {
    "Error": _object(
        error=_object(
            code=_says(_STRING, "供程序判断，不会改变"),
            message=_says(_STRING, "一句话说明，供人看"),
        )
    ),
    "Plan": _object("方案", id=_STRING, start=_DAY, deadline=_DAY),
    "Snapshot": _object(
        "数据的读取情况",
        id=_STRING,
        read_at=_says(_STRING, "读取时间（本地时间，ISO 8601）"),
        sample=_says(_TRUTH, "true 表示是演示数据"),
        sources={"type": "object", "additionalProperties": _SOURCE},
        remarks=_listed(_LIST_REMARK),
    ),
    "Quality": _object(
        "一个数据集",
        dataset=_STRING,
        read=_says(_WHOLE, "读到的行数"),
        counted=_says(_WHOLE, "计入的行数"),
        excluded=_counts("排除原因 → 行数"),
        division_conflict=_WHOLE,
        remarks=_listed(_REMARK),
        state=_STRING,
    ),
    "Alert": _object(
        "一条预警",
        rule=_STRING,
        severity=_STRING,
        indicator=_or_null(_STRING),
        rollup=_STRING,
        division=_STRING,
        since=_DAY,
        evidence=_STRING,
        lead_unit=_or_null(_STRING),
    ),
    "AlertCard": _object(
        "一张预警卡片",
        indicator=_or_null(_STRING),
        rollup=_STRING,
        division=_STRING,
        severity=_says(_STRING, "卡片自身预警的级别"),
        grade=_says(_STRING, "卡片显示的级别：含并入全市的各单位中最重的"),
        state=_STRING,
        since=_DAY,
        share=_or_null(_NUMBER),
        folded=_TRUTH,
        counted=_TRUTH,
        rules=_listed({"type": "array", "items": _or_null(_STRING)}),
    ),
    "Line": _object(
        "一个指标在一个单位的数",
        indicator=_says(_STRING, "指标代码，名称见 indicators"),
        division=_says(_STRING, "区划代码"),
        rollup=_says(_STRING, "city 全市、county 县区（含境内功能区）、managing 管理单位"),
        value=_or_null(_NUMBER),
        numerator=_or_null(_NUMBER),
        denominator=_or_null(_NUMBER),
        target=_or_null(_NUMBER),
        comparator=_STRING,
        completion=_says(_or_null(_NUMBER), "完成率"),
        expected=_or_null(_NUMBER),
        gap=_or_null(_NUMBER),
        light=_says(_STRING, "灯色"),
        needed_per_day=_or_null(_NUMBER),
        forecast=_FORECAST,
        interval=_or_null(
            _object("比率的区间", low=_NUMBER, high=_NUMBER, cases=_NUMBER, size=_STRING)
        ),
        basis=_or_null(_object("数从哪些行来", rows=_WHOLE, excluded=_counts("排除原因 → 行数"))),
    ),
    "Ranking": _object(
        "一个单位的名次",
        group=_says(_STRING, "同类组"),
        division=_STRING,
        score=_or_null(_NUMBER),
        place=_or_null(_WHOLE),
        place_interval=_or_null(_listed(_WHOLE)),
    ),
    "Department": _object(
        "一个部门征集的数；不归任何部门的 department 为 null",
        indicator=_STRING,
        department=_or_null(_STRING),
        name=_STRING,
        sectors=_STRINGS,
        value=_or_null(_NUMBER),
        target=_says(_or_null(_NUMBER), "下达的任务，没有为 null"),
        completion=_or_null(_NUMBER),
        expected=_or_null(_NUMBER),
        gap=_or_null(_NUMBER),
        light=_STRING,
        needed_per_day=_or_null(_NUMBER),
        forecast=_FORECAST,
        place=_says(_or_null(_WHOLE), "在有任务的部门中的名次"),
        by_sector=_counts("行业 → 数"),
        units=_listed(_object(rollup=_STRING, division=_STRING, value=_or_null(_NUMBER))),
    ),
    "Duty": _object(
        "方案的一项任务",
        id=_STRING,
        clause=_STRING,
        text=_STRING,
        lead=_STRING,
        co=_STRINGS,
        by=_says(_STRING, "indicator 看指标、milestone 凭文件、evidence 凭材料"),
        indicator=_or_null(_STRING),
        due=_DAY,
        state=_STRING,
        shows=_STRING,
    ),
    "Model": _object(
        "一个典型做法；采用前后是同一单位自己的数，同期同类单位是没有采用的同类单位的中位数，不说明因果",
        title=_STRING,
        unit=_says(_STRING, "报送单位的区划代码"),
        name=_STRING,
        day=_DAY,
        document=_STRING,
        indicator=_says(_STRING, "看哪个指标的前后"),
        adoptions=_listed(
            _object(
                "一个单位的采用；令牌范围以外的单位只有名称和日期",
                unit=_STRING,
                name=_STRING,
                day=_DAY,
                document=_or_null(_STRING),
                days=_says(_or_null(_WHOLE), "采用后看了多少天，最多 90；不足 28 天没有前后对比"),
                own_before=_says(_or_null(_NUMBER), "采用前：数量为每 30 天新增，比率为采用当日的值"),
                own_after=_or_null(_NUMBER),
                alike_before=_or_null(_NUMBER),
                alike_after=_or_null(_NUMBER),
                units_alike=_or_null(_WHOLE),
            )
        ),
    ),
    "Indicator": _object(
        "一个指标的方案和口径",
        indicator=_STRING,
        name=_STRING,
        kind=_STRING,
        unit=_STRING,
        share=_says(_TRUTH, "是否比率"),
        clause=_STRING,
        formula=_STRING,
        numerator=_STRING,
        denominator=_or_null(_STRING),
        target=_or_null(_NUMBER),
        comparator=_STRING,
        weight=_NUMBER,
        lead_unit=_STRING,
        co_units=_STRINGS,
        quotas={
            "type": "object",
            "description": "分解任务：区划代码 → 目标",
            "additionalProperties": _NUMBER,
        },
        datasets=_STRINGS,
    ),
    "Division": _object(
        "一个单位", rollup=_STRING, division=_STRING, name=_STRING, kind=_or_null(_STRING)
    ),
    "Venue": _object(
        "一处服务载体",
        venue_id=_STRING,
        name=_or_null(_STRING),
        kind=_STRING,
        host=_or_null(_STRING),
        operator=_or_null(_STRING),
        unit=_or_null(_STRING),
        township=_or_null(_STRING),
        village=_or_null(_STRING),
        longitude=_or_null(_NUMBER),
        latitude=_or_null(_NUMBER),
        opened=_DAY,
    ),
}


def _answer(**lists: Schema) -> Schema:
    return _object("", as_of=_DAY, plan=_ref("schemas", "Plan"),
                   snapshot=_ref("schemas", "Snapshot"), **lists)


def _many(name: str) -> Schema:
    return _listed(_ref("schemas", name))


_SCHEMAS: Mapping[str, Schema] = {
    "scorecard": _answer(
        lines=_many("Line"),
        ranking=_many("Ranking"),
        alerts=_many("Alert"),
        alert_cards=_many("AlertCard"),
        quality=_many("Quality"),
        departments=_many("Department"),
        duties=_many("Duty"),
        models=_many("Model"),
    ),
    "alerts": _answer(alerts=_many("Alert"), alert_cards=_many("AlertCard")),
    "indicators": _answer(
        indicators=_many("Indicator"),
        divisions=_many("Division"),
        version=_object(
            "这一天有效的是哪一版方案",
            digest=_says(_or_null(_STRING), "方案文件的 SHA-256"),
            in_force_since=_says(_or_null(_DAY), "这一版自哪天起有效"),
        ),
    ),
    "venues": _answer(venues=_says(_or_null(_many("Venue")), "载体登记没有接入时为 null")),
    "quality": _answer(quality=_many("Quality")),
}
