"""From a source to a changed sources.toml: what a terminal and the page do alike."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from data_access.boundary import DivisionNames, bundled_lists, load_mappings
from data_access.boundary.files import BOOKS, TEXTS
from data_access.connect import Sources
from data_access.connect.listing import looking, tables_of
from data_access.proposing.entry import (
    Choice,
    Entry,
    by_part,
    file_entry,
    refuse_personal,
    table_entry,
    together,
)
from data_access.proposing.files import GivenFile, Sheet, at_row, look_at_file, of_folder
from data_access.proposing.proposal import Recogniser
from data_access.proposing.saving import (
    entry_in,
    plain_name,
    store_given,
    store_together,
    with_entry,
)
from data_access.proposing.shape import Shape
from data_access.proposing.tables import shape_of_table
from data_access.proposing.words import Words, load_words
from data_access.reading import geography_of, read_divisions
from data_access.site import Settings, load_plan
from data_access.snapshots import snapshot as snapshots
from kpi.definitions import Dataset
from kpi.vocabulary import InputError

_MOST_FILES = 200


@dataclass(frozen=True)
class FileTable:
    """A sheet of a file. `file`: what sources.toml says of where it is. `further`: files dropped
    together with it, with the same headings; they lie in one folder by themselves.
    """

    given: GivenFile
    sheet: Sheet
    file: str
    further: tuple[FileTable, ...] = ()

    @property
    def shape(self) -> Shape:
        return self.sheet.shape

    @property
    def files(self) -> tuple[FileTable, ...]:
        """Every file that is read, this one first."""
        return (replace(self, further=()), *self.further)

    def parts(self, sheets: bool = True) -> Mapping[str, FileTable]:
        """Label → what is read: every file, with its sheets of the same headings if `sheets`."""
        result: dict[str, FileTable] = {}
        for one in self.files:
            alike = one.given.alike(one.sheet) if sheets else (one.sheet,)
            for sheet in alike:
                names = [one.given.name] * bool(self.further) + [str(sheet.name)] * (
                    len(alike) > 1 or not self.further)
                result["，".join(names)] = replace(one, sheet=sheet)
        return result

    def lying_in(self, folder: Path) -> FileTable:
        """The same, its files in this folder under their plain names."""
        return replace(self, file=str(folder / plain_name(self.file)),
                       further=tuple(one.lying_in(folder) for one in self.further))


@dataclass(frozen=True)
class DatabaseTable:
    """A table or view of a connection."""

    connection: str
    table: str
    shape: Shape


Table = FileTable | DatabaseTable


@dataclass(frozen=True)
class Wish:
    """How a choice is to be written. `append`: after the files there are, not instead of them.
    `sheets`: every sheet with these headings, not only the one looked at; each with what its own
    name and titles say.
    """

    append: bool = False
    sheets: bool = True


def words_of(settings: Settings) -> Words:
    """The words tables are recognised by, the site's own among them."""
    return load_words(settings.definitions, settings.config)


def recogniser_of(settings: Settings, words: Words) -> Recogniser:
    """What proposes by these words and the divisions in force; the bundled lists where nothing has
    been read yet.
    """
    plan = load_plan(settings)
    last = snapshots.load_current(settings.data)
    if last is not None:
        reference = last.reference
    else:
        mappings = load_mappings(settings.sources_file, plan.definitions)
        reference, _ = read_divisions(Sources({}, mappings), None, plan.city_code)
    return Recogniser(words, DivisionNames(bundled_lists(geography_of(plan, reference))))


def files_of(settings: Settings) -> tuple[str, ...]:
    """Registers in the config folder and its folders, as sources.toml names them; a folder of
    several alike ones as a pattern before them.
    """
    folder = settings.config
    paths = [path for pattern in ("*", "*/*") for path in folder.glob(pattern)
             if path.suffix.lower() in (*BOOKS, *TEXTS) and path.is_file()
             and not path.name.startswith(("~$", "."))]
    inside = Counter((path.parent.name, path.suffix) for path in paths if path.parent != folder)
    patterns = sorted(f"{name}/*{suffix}" for (name, suffix), number in inside.items()
                      if number > 1)
    names = sorted(str(path.relative_to(folder)) for path in paths)
    return (*patterns, *names)[:_MOST_FILES]


def read_file(settings: Settings, file: str) -> bytes:
    """A file as sources.toml names it; of a pattern the first. Raises InputError when it cannot be
    read.
    """
    path = settings.config / file
    try:
        if is_pattern(file):
            path = min(one for one in path.parent.glob(path.name)
                       if not one.name.startswith(("~$", ".")))
        return path.read_bytes()
    except ValueError:
        raise InputError(f"{path.parent} 里没有符合 {path.name} 的文件；请核对。") from None
    except OSError as error:
        raise InputError(f"文件 {path} 打不开（{error.strerror}）；请核对文件名和权限。") from None


def is_pattern(file: str) -> bool:
    """Whether every file of a folder is meant."""
    return "*" in file


def look_at(settings: Settings, file: str, words: Words) -> GivenFile:
    """A file of the config folder, one by its absolute path, or a folder of alike ones."""
    return looked_at(file, read_file(settings, file), words)


def looked_at(file: str, content: bytes, words: Words) -> GivenFile:
    """What this content of a file, or of the first of several, holds."""
    given = look_at_file(Path(file).name, content, words)
    return of_folder(given, Path(file).parent.name) if is_pattern(file) else given


def headings_at(file: str, content: bytes, sheet: Sheet, rows: tuple[int, int],
                words: Words) -> Sheet:
    """The sheet with its headings from another row on, taking another number of rows."""
    made = at_row(Path(file).name, content, sheet, *rows, words)
    if not is_pattern(file):
        return made
    return replace(made, shape=replace(made.shape, about=sheet.shape.about))


def tables(settings: Settings, connection: str) -> tuple[str, ...]:
    """Tables of a configured connection. Raises InputError with the true cause of a failure."""
    with looking(connection, _url(settings, connection), settings.statement_seconds) as opened:
        return tables_of(opened)


def table_of(settings: Settings, connection: str, name: str, words: Words) -> DatabaseTable:
    """A table of a configured connection, looked at."""
    with looking(connection, _url(settings, connection), settings.statement_seconds) as opened:
        return DatabaseTable(connection, name, shape_of_table(opened, name, words))


def _url(settings: Settings, connection: str) -> str:
    if connection not in settings.urls:
        raise InputError(f"连接 {connection} 没有配置；请先在 secrets.toml 中写好，"
                         f"已配置的有 {'、'.join(settings.urls) or '（无）'}。")
    return settings.urls[connection]


def looked_at_together(files: Mapping[str, bytes], words: Words) -> tuple[GivenFile, ...]:
    """Several dropped files, in the order of their names, those that agree with most of the others
    in their headings first. Raises InputError naming every file that cannot be read.
    """
    given, wrong = [], []
    for name, content in sorted(files.items()):
        try:
            given.append(looked_at(name, content, words))
        except InputError as error:
            wrong.append(str(error))
    if wrong:
        raise InputError("".join(wrong))
    alike = Counter(_headings(one) for one in given)
    return tuple(sorted(given, key=lambda one: -alike[_headings(one)]))


def _headings(given: GivenFile) -> frozenset[str]:
    return frozenset(one.name for one in given.sheets[0].shape.columns)


def with_further(table: FileTable, others: Sequence[GivenFile]) -> FileTable:
    """The table with the sheets of other files that bear its headings, the first of each.

    Raises InputError naming a file that has no such sheet, and the first heading it lacks.
    """
    return replace(table, further=tuple(
        FileTable(other, _alike_sheet(table, other), other.name) for other in others))


def _alike_sheet(table: FileTable, other: GivenFile) -> Sheet:
    wanted = {one.name for one in table.shape.columns}
    for sheet in other.sheets:
        if {one.name for one in sheet.shape.columns} == wanted:
            return sheet
    nearest = max(other.sheets, key=lambda one: len(
        wanted & {column.name for column in one.shape.columns}))
    names = {column.name for column in nearest.shape.columns}
    lacking = [one.name for one in table.shape.columns if one.name not in names]
    extra = [name for name in names if name not in wanted]
    what = f"没有“{lacking[0]}”" if lacking else f"多出“{extra[0]}”"
    raise InputError(f"文件 {other.name} 的表头和 {table.given.name} 不同（{what}）；"
                     "表头不同的请分几次上传，后面的选“加在现在的文件之后”。")


def changed(text: str, table: Table, choice: Choice, dataset: Dataset, recogniser: Recogniser,
            wish: Wish = Wish()) -> str:
    """The text of sources.toml with the choice in it. Raises InputError when a column must not be
    chosen, is chosen twice, or the choice cannot be written.
    """
    parts = table.parts(wish.sheets).values() if isinstance(table, FileTable) else (table,)
    for part in parts:
        refuse_personal(choice, part.shape.selectable)
    made = entries(table, choice, dataset, recogniser, wish)
    now = dict(entry_in(text, dataset.name) or {})
    # what the units hand in goes on being read besides
    handed_in = {name: now.pop(name) for name in ("handed_in",) if name in now}
    return with_entry(text, dataset.name,
                      {**handed_in, **together(made, now if wish.append else None)})


def is_form(table: Table, dataset: Dataset) -> bool:
    """Whether the table is the program's own form of the dataset, which says itself how it is read.
    """
    return isinstance(table, FileTable) and table.given.form == dataset.name


def choices_by_part(table: Table, choice: Choice, dataset: Dataset, recogniser: Recogniser,
                    sheets: bool = True) -> Mapping[str, Choice]:
    """What is read (`FileTable.parts`) → what it is read as; empty where there is but one part.
    Raises InputError naming a part that cannot be read with the others.
    """
    if not isinstance(table, FileTable) or is_form(table, dataset):
        return {}
    parts = table.parts(sheets)
    if len(parts) == 1:
        return {}
    return by_part(choice, dataset, table.sheet, {
        label: part.sheet for label, part in parts.items()}, recogniser,
        "文件" if table.further else "工作表")


def entries(table: Table, choice: Choice, dataset: Dataset, recogniser: Recogniser,
            wish: Wish = Wish()) -> Sequence[Entry]:
    """The choice as entries of sources.toml: one for the table, or one for each sheet that says of
    its own rows what others do not. Raises InputError as `changed`.
    """
    if isinstance(table, DatabaseTable):
        if wish.append:
            raise InputError("数据库的表只能替换原来的来源，不能加在后面；请选“替换”。")
        return [table_entry(choice, dataset, table.connection, table.table)]
    if is_form(table, dataset):
        whole = _whole_folder(table)
        return [{"file": file} for file in ([whole] if whole else [
            one.file for one in table.files])]
    choices = choices_by_part(table, choice, dataset, recogniser, wish.sheets)
    if not choices:
        alone = is_pattern(table.file) and len(table.given.sheets) == 1
        return [file_entry(choice, dataset, table.file, _unnamed(table.sheet) if alone
                           else table.sheet)]
    parts = table.parts(wish.sheets)
    whole = _whole_folder(table) if table.further else table.file
    first = (table.sheet.header_row, table.sheet.header_rows)
    alike = all((part.sheet.header_row, part.sheet.header_rows) == first
                for part in parts.values()) and all(
        one.constants == choice.constants for one in choices.values())
    if not whole or not alike or (table.further and _names_matter(table)):
        return [file_entry(one, dataset, parts[label].file, parts[label].sheet)
                for label, one in choices.items()]
    values = {name: {text: ours for one in choices.values()
                     for text, ours in one.values.get(name, {}).items()}
              for name in {name for one in choices.values() for name in one.values}}
    sheet = _unnamed(table.sheet) if table.further else table.sheet
    return [file_entry(replace(choice, values=values), dataset, whole, sheet,
                       all_sheets=not table.further)]


def _unnamed(sheet: Sheet) -> Sheet:
    """The sheet as the one with the headings, whatever its name: in each file it may bear the
    month's.
    """
    return replace(sheet, name=None)


def _names_matter(table: FileTable) -> bool:
    """Whether the sheets must be told apart by their names, since a file has several."""
    return any(len(one.given.sheets) > 1 for one in table.files)


def _whole_folder(table: FileTable) -> str:
    """The pattern of all files of the folder; "" where they are of several kinds, or there is but
    one.
    """
    paths = [Path(one.file) for one in table.files]
    kinds = {path.suffix for path in paths}
    return str(paths[0].parent / f"*{kinds.pop()}") if len(paths) > 1 and len(kinds) == 1 else ""


@contextmanager
def staged(settings: Settings, table: Table,
           dropped: Mapping[str, bytes] | None) -> Iterator[Table]:
    """The table with its dropped files lying where they can be read, for as long as it is tried."""
    if dropped is None or not isinstance(table, FileTable):
        yield table
        return
    try:
        (settings.data / "given").mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".trying-", dir=settings.data / "given"))
        for name, content in dropped.items():
            (folder / plain_name(name)).write_bytes(content)
    except OSError as error:
        raise InputError(
            f"文件夹 {settings.data / 'given'} 写不进去（{error.strerror}）；请系统管理员检查权限和空间。") from None
    try:
        yield table.lying_in(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def store_dropped(settings: Settings, dataset: str, table: Table,
                  dropped: Mapping[str, bytes] | None) -> Table:
    """The table with its dropped files where they are read from at every refresh. Raises InputError
    when they cannot be written.
    """
    if dropped is None or not isinstance(table, FileTable):
        return table
    if len(dropped) > 1:
        return table.lying_in(store_together(settings, dataset, dropped))
    ((name, content),) = dropped.items()
    return replace(table, file=str(store_given(settings, dataset, name, content)))
