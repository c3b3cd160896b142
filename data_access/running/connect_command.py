"""`python -m data_access connect`: what a file or a table would be read as, tried, and written."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from data_access.accounts import Action
from data_access.proposing.connecting import (
    DatabaseTable,
    FileTable,
    Table,
    Wish,
    changed,
    choices_by_part,
    files_of,
    is_form,
    is_pattern,
    look_at,
    recogniser_of,
    table_of,
    tables,
    words_of,
)
from data_access.proposing.entry import Choice, chosen, missing
from data_access.proposing.proposal import ColumnProposal, Proposal, Recogniser
from data_access.proposing.saving import save, versioned_sources, with_absent
from data_access.proposing.trying import Tried, try_text
from data_access.proposing.words import Words
from data_access.running.administration import audit, system_user
from data_access.site import Settings, digest_of, load_plan
from data_access.snapshots import local_now
from kpi.definitions import ColumnType, Dataset, Definitions
from kpi.vocabulary import InputError
from kpi.wording.wording import figure

_LIKELY = 4


def connect(settings: Settings, asked: Namespace) -> int:
    """Print the proposal and what it would give; write it with `--write`. 1 when something is
    still needed. Raises InputError.
    """
    words = words_of(settings)
    table = _table(settings, asked, words)
    if table is None:
        return 1
    recogniser = recogniser_of(settings, words)
    definitions = settings.definitions
    dataset = _dataset(asked.dataset, table, recogniser, definitions)
    proposal = recogniser.propose(table.shape, dataset)
    choice = _changed(chosen(proposal), dataset, asked)
    for line in _about(table):
        print(line)
    if is_form(table, dataset):
        print(f"这是{dataset.title}的填报表，不用选列。")
    else:
        for line in (*_likely(table, recogniser, definitions, dataset),
                     *proposal_lines(proposal, choice, dataset),
                     *_sheets(table, choice, dataset, recogniser, asked.one)):
            print(line)
    needed = () if is_form(table, dataset) else missing(choice, dataset)
    if needed:
        print(f"还缺：{'、'.join(needed)}。请用 --set 列=表头 选一列，或用 --constant 列=值 写每行都一样的值，再试。")
        return 1
    file = versioned_sources(settings)
    before = file.text()
    text = changed(before, table, choice, dataset, recogniser, Wish(asked.append, not asked.one))
    for line in tried_lines(try_text(settings, text, dataset.name)):
        print(line)
    if not asked.write:
        print("没有写入任何内容。核对无误后加上 --write 再执行一次，就写进 sources.toml。")
        return 0
    _write(settings, text, before, dataset, asked.reason)
    return 0


def mark_absent(settings: Settings, name: str | None, reason: str) -> int:
    """Write that the site has no data for the dataset. Raises InputError when there is no such
    dataset or it cannot be written.
    """
    if name is None or name not in settings.definitions.datasets:
        raise InputError(f"请用 --dataset 写明是哪个数据集；可用的有 {'、'.join(settings.definitions.datasets)}。")
    dataset, before = settings.definitions.datasets[name], versioned_sources(settings).text()
    _write(settings, with_absent(before, name, True), before, dataset,
           reason or f"{dataset.title}标为没有")
    return 0


def _write(settings: Settings, text: str, before: str, dataset: Dataset, reason: str) -> None:
    # first: what leaves no trace is not done
    audit(settings, Action.SOURCES, dataset.name, "提交")
    made = save(settings, text, digest_of(before), reason or "命令行接入", f"命令行:{system_user()}",
                local_now(load_plan(settings)), dataset.name)
    audit(settings, Action.SOURCES, dataset.name, f"已保存 {made.after[:12]}")
    print(f"已写进 {settings.sources_file}，原来的一版存在 {settings.data / 'sources'}；"
          "执行 python -m data_access refresh 后生效。")


def _table(settings: Settings, asked: Namespace, words: Words) -> Table | None:
    """The table meant; None when there are several, which are listed."""
    path = Path(asked.source)
    if is_pattern(asked.source) or path.exists() or (settings.config / asked.source).exists():
        file = _written(settings, path)
        given = look_at(settings, file, words)
        names = [one.name for one in given.sheets]
        if asked.sheet is not None and asked.sheet not in names:
            raise InputError(f"文件 {given.name} 没有工作表“{asked.sheet}”；"
                             f"有的是 {'、'.join(name or '' for name in names)}。")
        sheet = given.sheets[0] if asked.sheet is None else given.sheet(asked.sheet)
        return FileTable(given, sheet, file)
    if asked.source not in settings.definitions.connections:
        files = "、".join(files_of(settings)) or "（无）"
        raise InputError(f"{asked.source} 不是文件，也不是连接；配置文件夹里的文件有 {files}，"
                         f"连接有 {'、'.join(settings.urls) or '（无）'}。")
    if asked.table is None:
        print(f"连接 {asked.source} 可用，有这些表；请用 --table 选一个：")
        for name in tables(settings, asked.source):
            print(f"  {name}")
        return None
    return table_of(settings, asked.source, asked.table, words)


def _written(settings: Settings, path: Path) -> str:
    """The file as sources.toml names it: from the config folder, else by its whole path."""
    if not path.exists():
        return str(path)
    whole = path.resolve()
    if whole.is_relative_to(settings.config):
        return str(whole.relative_to(settings.config))
    return str(whole)


def _dataset(asked: str | None, table: Table, recogniser: Recogniser,
             definitions: Definitions) -> Dataset:
    if asked is None and isinstance(table, FileTable):
        asked = table.given.form
    if asked is None:
        asked = recogniser.datasets(table.shape, definitions)[0][0]
    if asked not in definitions.datasets:
        raise InputError(f"没有数据集 {asked}；可用的有 {'、'.join(definitions.datasets)}。")
    return definitions.datasets[asked]


def _changed(choice: Choice, dataset: Dataset, asked: Namespace) -> Choice:
    """The choice with what the command line says otherwise."""
    columns, constants = dict(choice.columns), dict(choice.constants)
    values = {name: dict(table) for name, table in choice.values.items()}
    for name, theirs in _pairs(asked.set, "--set", dataset):
        columns[name] = theirs
        constants.pop(name, None)
    for name, given in _pairs(asked.constant, "--constant", dataset):
        columns[name] = ""
        constants[name] = _as_flag(given, dataset, name)
    for name, pair in _pairs(asked.value, "--value", dataset):
        theirs, _, ours = pair.rpartition("=")
        values.setdefault(name, {})[theirs] = _as_flag(ours, dataset, name)
    return replace(choice, columns=columns, constants=constants, values=values)


def _pairs(given: Sequence[str], option: str, dataset: Dataset) -> Iterator[tuple[str, str]]:
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or name not in dataset.column_names:
            raise InputError(f"{option} {text} 写法有误；应写成 列=…，列有 {'、'.join(dataset.column_names)}。")
        yield name, value


def _as_flag(given: str, dataset: Dataset, name: str) -> Any:
    return given == "true" if (dataset.column(name).type == ColumnType.BOOL
                               and given in ("true", "false")) else given


def _about(table: Table) -> Iterator[str]:
    if isinstance(table, DatabaseTable):
        yield f"连接 {table.connection} 的表 {table.table}：{len(table.shape.columns)} 列"
        return
    sheet = table.sheet
    where = "" if sheet.name is None else f"工作表“{sheet.name}”"
    rows = (f"第 {sheet.header_row} 行" if sheet.header_rows == 1
            else f"第 {sheet.header_row}–{sheet.header_row + sheet.header_rows - 1} 行")
    yield f"文件 {table.given.name}{where}：表头在{rows}，{table.shape.rows:,} 行记录"
    if sheet.repeated:
        yield f"  重名的表头读不了：{'、'.join(sheet.repeated)}"


def _likely(table: Table, recogniser: Recogniser, definitions: Definitions,
            dataset: Dataset) -> Iterator[str]:
    yield f"数据集：{dataset.title} {dataset.name}（不是的话用 --dataset 指定）"
    others = [f"{definitions.datasets[name].title} {name}（必填列有 {share:.0%}）"
              for name, share in recogniser.datasets(table.shape, definitions)[:_LIKELY]
              if name != dataset.name and share > 0]
    if others:
        yield f"  也可能是：{'、'.join(others)}"


def proposal_lines(proposal: Proposal, choice: Choice, dataset: Dataset) -> Iterator[str]:
    """The choice column by column, with the reason where it is the proposal's."""
    for one in proposal.columns:
        column = dataset.column(one.column)
        title = f"  {column.title or column.name}（{column.name}）"
        theirs, constant = choice.columns.get(one.column), choice.constants.get(one.column)
        own = (theirs or None, constant) == (one.theirs, one.constant)
        why = f"〔{one.sure}〕{one.why}" if own else "〔按您写的〕"
        yield f"{title} ← {_source(theirs, constant)} {why}"
        yield from _values(one, choice.values.get(one.column, {}), column.titles)
    for friend in proposal.friends:
        yield f"  不选“{friend.theirs}”作{friend.column}：{friend.why}"
    if proposal.personal:
        yield f"  个人信息，不能选：{'、'.join(proposal.personal)}"
    if choice.skip:
        yield f"  跳过写着{'、'.join(choice.skip)}的行"
    if choice.empty:
        yield f"  {'、'.join(choice.empty)} 按空处理"
    for name, factor in choice.scale.items():
        yield f"  {name} 乘以 {factor:g}"


def _source(theirs: str | None, constant: Any) -> str:
    if constant is not None:
        return f"每行都是 {constant}"
    return f"“{theirs}”" if theirs else "—"


def _values(one: ColumnProposal, values: Mapping[str, Any],
            titles: Mapping[str, str]) -> Iterator[str]:
    for theirs, ours in values.items():
        name = {True: "是", False: "否"}.get(ours, titles.get(str(ours), str(ours)))
        yield f"      {theirs} → {name}"
    left = [text for text in one.unmapped if text not in values]
    if left:
        yield f"      没有对上：{'、'.join(left[:10])}（用 --value {one.column}=原文=规范值 写明）"


def _sheets(table: Table, choice: Choice, dataset: Dataset, recogniser: Recogniser,
            one: bool) -> Iterator[str]:
    if one or missing(choice, dataset):
        return
    sheets = choices_by_part(table, choice, dataset, recogniser)
    if sheets:
        yield f"  {len(sheets)} 个工作表表头相同，一并读取（只读一个的加 --one）："
    for name, own in sheets.items():
        texts = "、".join(f"{column} 都是 {value}" for column, value in own.constants.items())
        yield f"      {name}{f'：{texts}' if texts else ''}"


def tried_lines(tried: Tried) -> Iterator[str]:
    """The dry run: rows, what is left out and why, remarks, and the indicators."""
    excluded = "、".join(f"{name} {rows:,}" for name, rows in tried.excluded.items())
    yield (f"试读：{tried.read:,} 行，计入 {tried.counted:,} 行"
           + (f"，不计入 {sum(tried.excluded.values()):,} 行（{excluded}）" if excluded else ""))
    for remark in tried.remarks:
        yield f"  ！{remark}"
    for value in tried.findings.unknown_values:
        yield f"  ！不认识的分类值 {value.column} = {value.value}（{value.rows:,} 行）"
    for pair in tried.findings.unknown_codes:
        yield f"  ！名录中没有的区划：{pair.township or '空'}/{pair.unit or '空'}（{pair.rows:,} 行）"
    for one in tried.figures:
        yield f"  {one.name}：现在 {figure(one.now, one.unit)} → 接入后 {figure(one.would, one.unit)}"
    if tried.sample:
        yield "  现在显示的是演示数据；接入后不再使用演示数据，没有接入的指标显示“未接入”。"
