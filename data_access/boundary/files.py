"""All files and sheets a dataset is handed in as, read whole, as one table of canonical values with
remarks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_access.boundary.file_source import ALL_SHEETS, FileSource
from data_access.boundary.form import as_form, without_example
from data_access.boundary.grid import Book, Grid, LockedError, NotATableError, open_book
from data_access.boundary.hashing import Hasher
from data_access.boundary.headings import bears, fitted, headings_of, positions, resembles, unscaled
from data_access.boundary.mapping import DatasetMapping
from data_access.boundary.noticed import Noticed
from data_access.boundary.rows import Rows, read_rows
from data_access.boundary.text_file import read_text
from data_access.boundary.workbooks import UnreadableError
from data_access.boundary.xlsx_scan import TooWideError
from data_access.registers import checked_content, current_registers
from kpi.definitions import Dataset
from kpi.vocabulary import InputError, Remark

BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
TEXTS = (".csv", ".txt", ".tsv")
_MARKET_KINDS = {"station": "驿站", "county_market": "县级市场", "window": "专窗"}


@dataclass(frozen=True)
class GivenTable:
    """`columns`: canonical column → values, all of one length; a column that no file has is not
    among them. `places`: where the rows came from, in their order: a file or sheet with the numbers
    of its rows.
    """

    columns: Mapping[str, list[Any]]
    remarks: tuple[Remark, ...]
    places: tuple[tuple[str, Sequence[int]], ...] = ()


def read_given(mapping: DatasetMapping, data: Path | None = None,
               home: Path | None = None) -> GivenTable:
    """Everything the dataset's files hold. `data`: where the key of hashed columns is. `home`: the
    installation's folder, where what the units have handed in is.

    Raises InputError naming what cannot be read: a file, a sheet, its headings, or all the cells
    that are at fault.
    """
    return _Given(mapping, Hasher(data), home).table()


class _Given:
    def __init__(self, mapping: DatasetMapping, hasher: Hasher, home: Path | None) -> None:
        self.mapping, self.hasher, self.home = mapping, hasher, home
        self.noticed = Noticed(mapping.dataset)
        self.columns: dict[str, list[Any]] = {}
        self.rows = 0
        self.seen: dict[Any, str] = {}
        self.repeats: list[tuple[str, str]] = []
        self.places: list[tuple[str, Sequence[int]]] = []

    def table(self) -> GivenTable:
        for one in (*(self.mapping.sources or (self.mapping,)), *self._handed_in()):
            if one.file is None:
                continue  # nothing but what the units hand in
            digests: dict[bytes, str] = {}
            for path in _paths(one.file):
                content = _content(path)
                same = digests.setdefault(hashlib.sha256(content).digest(), path.name)
                if same != path.name:
                    raise InputError(f"文件 {path.name} 与 {same} 的内容完全一样，会重复计算；请删去其中一个。")
                self._read(one, one.file, path, content)
        self.noticed.refuse_bad()
        self._remark_keys()
        self._remark_kinds()
        return GivenTable(self.columns, self.noticed.remarks(), tuple(self.places))

    def _handed_in(self) -> Iterator[DatasetMapping]:
        """The registers in force of the units, each as a file of that unit and no other."""
        units, dataset = self.mapping.handed_in, self.mapping.dataset
        if units is None:
            return
        trial = self.mapping.registers
        found = {} if self.home is None else {
            one.unit: one for one in current_registers(self.home, dataset.name, units)}
        for unit in sorted(found.keys() | trial.keys()):
            if unit in trial:
                path, content = trial[unit], _content(trial[unit])
            else:
                path = found[unit].path
                content = checked_content(path, found[unit].digest)
            given = frozenset(content.partition(b"\n")[0].decode().split(","))
            columns = {column.name: column.name if column.name in given else ""
                       for column in dataset.columns}
            yield DatasetMapping(dataset, self.mapping.connection, columns=columns,
                                 file=FileSource(path, constants={"unit_code": unit}))

    def _read(self, mapping: DatasetMapping, file: FileSource, path: Path, content: bytes) -> None:
        suffix = path.suffix.lower()
        if suffix in TEXTS:
            self._read_text(mapping, file, path.name, content)
        elif suffix in BOOKS:
            with explained(path):
                book = open_book(content, suffix)
                own, layout = as_form(mapping, file, book, path.name)
                for grid in self._sheets(own, layout, path.name, book):
                    rows = grid if own is mapping else without_example(grid, own)
                    self._take(own, layout, rows, f"文件 {path.name} 的工作表“{grid.name}”")
        else:
            raise InputError(f"文件 {path.name} 的格式不支持；请用 Excel 或 WPS 另存为 .xlsx 或 .csv。")

    def _read_text(self, mapping: DatasetMapping, file: FileSource, name: str,
                   content: bytes) -> None:
        read, where = read_text(content, name, file.header_row), f"文件 {name}"
        first = file.header_row - 1
        width = len(read.grid.rows[first]) if first < len(read.grid.rows) else 0
        short = []
        for index, row in enumerate(read.grid.rows[first + 1:], start=first + 1):
            if len(row) > width and any(cell.strip() for cell in row[width:]):
                self.noticed.bad(where,
                                 f"第 {read.grid.number(index)} 行有 {len(row)} 栏，而表头只有 {width} 栏，"
                                 "多半是内容里有没加引号的分隔符")
            elif row and len(row) < width:
                short.append(read.grid.number(index))
        if short:
            self.noticed.remark("short_rows", len(short), where,
                                f"有 {len(short)} 行的栏数比表头少（第 {short[0]} 行起），缺的栏按空值处理；请核对文件是否完整")
        if read.spread:
            self.noticed.remark("spread_lines", read.spread, where,
                                f"有 {read.spread} 行是上一行引号里的换行，没有单独计数；请核对引号是否成对")
        self._take(mapping, file, read.grid, where)

    def _sheets(self, mapping: DatasetMapping, file: FileSource, name: str,
                book: Book) -> Iterator[Grid]:
        """The sheets to read; every other one that bears the same headings is refused or remarked.
        """
        if file.sheets == (ALL_SHEETS,):
            yield from self._all_sheets(mapping, file, name, book)
            return
        missing = [sheet for sheet in file.sheets if sheet not in book.names]
        visible = [sheet for sheet in book.names if sheet not in book.hidden]
        if missing or not visible:
            raise InputError(
                f"文件 {name} 没有工作表“{missing[0] if missing else ''}”；有的是 {'、'.join(book.names)}，"
                "请改正 sources.toml 中的 sheet。")
        chosen = file.sheets or (visible[0],)
        elsewhere = {sheet for one in self.mapping.sources if one.file is not None
                     and one.file.path == file.path for sheet in one.file.sheets}
        alike = [sheet for sheet in book.names if sheet not in chosen and sheet not in elsewhere
                 and self._alike(mapping, file, book, sheet)]
        shown = [sheet for sheet in alike if sheet not in book.hidden]
        if shown and not file.sheets:
            raise InputError(
                f"文件 {name} 有几个工作表都有同样的表头：{'、'.join((*chosen, *shown))}；请在 sources.toml 中写 "
                "sheets = \"*\" 全部读取，或写 sheet = \"…\" 只读其中一个。")
        if alike:
            hidden = "（含隐藏的）" if len(shown) < len(alike) else ""
            self.noticed.remark(
                "other_sheets",
                len(alike),
                f"文件 {name}",
                f"工作表{'、'.join(alike)}{hidden}也有同样的表头，没有读取；如应计入，请写 sheets = \"*\" 或列出名称",
            )
        for sheet in chosen:
            yield book.load(sheet)

    def _all_sheets(self, mapping: DatasetMapping, file: FileSource, name: str,
                    book: Book) -> Iterator[Grid]:
        read, left, hidden = 0, [], []
        for sheet in book.names:
            grid = book.load(sheet)
            headings = headings_of(grid, fitted(mapping, file, grid))
            if sheet in book.hidden:
                hidden += [sheet] if bears(mapping, file, headings) else []
            elif bears(mapping, file, headings) or resembles(mapping, file, headings):
                read += 1
                # a sheet that has only some of the headings is refused where they are looked up
                yield grid
            elif any(any(cell not in ("", None) for cell in row) for row in grid.rows):
                left.append(sheet)
        if not read:
            raise InputError(f"文件 {name} 没有一个工作表有所需的表头；请改正 sources.toml 中的 header_row 或 columns。")
        for code, sheets, why in (("hidden_sheet", hidden, "是隐藏的"),
                                  ("sheet_without_headings", left, "没有所需的表头")):
            if sheets:
                self.noticed.remark(code, len(sheets), f"文件 {name}",
                                    f"工作表{'、'.join(sheets)}{why}，没有读取；请核对是否应计入")

    def _alike(self, mapping: DatasetMapping, file: FileSource, book: Book, sheet: str) -> bool:
        try:
            grid = book.load(sheet)
            return bears(mapping, file, headings_of(grid, fitted(mapping, file, grid)))
        except TooWideError:
            return False  # it is not going to be read

    def _take(self, mapping: DatasetMapping, file: FileSource, grid: Grid, where: str) -> None:
        file = fitted(mapping, file, grid)
        headings = headings_of(grid, file)
        if not headings.shown:
            raise InputError(f"{where} 第 {file.header_row} 行没有表头；请改正 sources.toml 中的 header_row。")
        columns = positions(mapping, file, headings, where)
        if isinstance(columns, str):
            raise InputError(columns)
        unit = unscaled(mapping, file, grid, columns)
        if unit is not None:
            raise InputError(f"数据集 {mapping.dataset.name}（{mapping.dataset.title}）：{where} {unit}。")
        self._append(mapping, file, read_rows(mapping, file, grid, columns, where, self.noticed,
                                              self.hasher), where)

    def _append(self, mapping: DatasetMapping, file: FileSource, rows: Rows, where: str) -> None:
        count = len(rows.numbers)
        columns = {**rows.columns,
                   **{name: [value] * count for name, value in file.constants.items()}}
        for name in self.columns.keys() | columns.keys():
            held = self.columns.setdefault(name, [None] * self.rows)
            held.extend(_canonical(mapping, name, columns[name]) if name in columns
                        else [None] * count)
        self.rows += count
        self.places.append((where, rows.numbers))
        for key, number in zip(columns.get(mapping.dataset.key, ()), rows.numbers, strict=False):
            place = f"{where}第 {number} 行"
            if key is not None and self.seen.setdefault(key, place) != place:
                self.repeats.append((self.seen[key], place))

    def _remark_keys(self) -> None:
        dataset = self.mapping.dataset
        key = dataset.key
        empty = sum(value is None for value in self.columns.get(key, ()))
        if empty and key != self.mapping.dataset.identity:
            self.noticed.remark("no_key", empty, "", f"有 {empty} 行没有编号（{key}），照常计入，但出了问题无法按编号查找")
        if self.repeats:
            first, again = self.repeats[0]
            self.noticed.remark("repeated_key", len(self.repeats), again,
                                f"有 {len(self.repeats)} 行的编号（{key}）与前面的行相同（例如与{first}），"
                                f"{_counted_once(dataset)}；请核对是否重复登记、同一份名单是否放了两次")

    def _remark_kinds(self) -> None:
        if not self.mapping.dataset.register or not self.rows:
            return
        covered = self.mapping.covers
        given = set(self.columns.get("kind", ()))
        none = [title for kind, title in _MARKET_KINDS.items() if kind not in given
                and (covered is None or kind in covered)]
        if none:
            self.noticed.remark(
                "kind_without_rows",
                len(none),
                f"文件 {self.mapping.file_names}",
                f"没有一处{'、'.join(none)}，其覆盖率按 0 计；如果这份登记不含这些类别，请在 sources.toml 中用 covers "
                "写明登记了哪些类别",
            )


def _canonical(mapping: DatasetMapping, name: str, values: list[Any]) -> list[Any]:
    """Values as the table declares them: those under a values table are mapped here, what is in no
    table as it is.
    """
    table = mapping.values.get(name)
    return values if not table else [table.get(value, value) for value in values]


def _paths(file: FileSource) -> list[Path]:
    """The files to read, in order of their names; temporary ones of an open document are none."""
    if not file.is_pattern:
        return [file.path]
    result = sorted(path for path in file.path.parent.glob(file.path.name)
                   if path.is_file() and not path.name.startswith(("~$", ".")))
    if not result:
        raise InputError(
            f"文件夹 {file.path.parent} 里没有符合 {file.path.name} 的文件；请把文件放到该处，或改正 sources.toml 中的 file。")
    return result


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"找不到文件 {path}；请把文件放到该处，或改正 sources.toml 中的 file。") from None
    except IsADirectoryError:
        raise InputError(
            f"{path} 是文件夹；要读其中所有的文件，请在 sources.toml 中写 file = \"{path.name}/*.xlsx\"。") from None
    except OSError as error:
        raise InputError(f"文件 {path} 打不开（{error.strerror}）；请检查文件权限。") from None


class explained:  # noqa: N801 - reads as the words of a with statement
    """Turns what a workbook cannot be read for into a sentence about that file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        name = self._path.name
        if isinstance(error, LockedError):
            raise InputError(f"文件 {name} 加了密码，读不了；请取消密码后另存，再重新上传或刷新。") from None
        if isinstance(error, NotATableError):
            what = str(error)
            raise InputError(
                f"文件 {name} 的格式不支持{f'：内容其实是{what}' if what else ''}；请用 Excel 或 WPS 打开后另存为 "
                ".xlsx 或 .csv。") from None
        if isinstance(error, TooWideError):
            raise InputError(f"文件 {name} 的工作表“{error.sheet}”在很远处（{error.cell}）还有内容；请删去右边和下面多余的格后另存。"
                             ) from None
        if isinstance(error, UnreadableError):
            raise InputError(f"文件 {name} 不是完好的 {self._path.suffix.lower()} 文件（可能已损坏、加了密码或过大）；"
                             "请打开后另存为 .xlsx。") from None


def _counted_once(dataset: Dataset) -> str:
    """What becomes of rows whose number was there before."""
    if dataset.overlaps is not None:
        return "重叠的日子只计一次"
    if dataset.repeats is not None:
        return "按重复的规则只计一行"
    if dataset.duplicate is not None and dataset.key in dataset.duplicate.same:
        return "只计最早的一行"
    return "照常各计一次"
