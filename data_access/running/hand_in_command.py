"""`python -m data_access hand-in`: a unit's register from a file, its versions, and back to one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from data_access.accounts import Action
from data_access.current import load_or_refresh
from data_access.handing_in import (
    Taking,
    Weighed,
    lacking,
    put_back,
    put_in_force,
    read_handed,
    taking_of,
    versions_of,
    weighed,
)
from data_access.proposing.connecting import FileTable, looked_at, read_file
from data_access.proposing.entry import chosen
from data_access.registers import Version
from data_access.running.administration import audit, system_user
from data_access.site import Settings, load_plan
from data_access.snapshots import local_now
from kpi.vocabulary import InputError


def add_handing_in(command: ArgumentParser) -> None:
    """What the command takes."""
    command.add_argument("dataset", metavar="数据集", help="数据集代码，如 docs/接入.md 所列")
    command.add_argument("file", nargs="?", type=Path, metavar="文件", help="填报表，或单位自己的表格")
    command.add_argument("--unit", required=True, metavar="代码", help="哪个管理单位的台账")
    command.add_argument("--append", action="store_true", help="按编号追加更新，不替换全部")
    command.add_argument("--write", action="store_true", help="提交；不写则只看差异")
    command.add_argument("--reason", default="", metavar="原因", help="减少的行较多时必须写")
    command.add_argument("--history", action="store_true", help="历次报送")
    command.add_argument("--back", type=int, metavar="版", help="撤回到这一版")


def hand_in(settings: Settings, asked: Namespace) -> int:
    """Show what the file would change, and with `--write` put it in force; or the versions, or go
    back to one. Raises InputError.
    """
    geography = load_or_refresh(settings).figures.facts.geography
    taking = taking_of(settings, asked.dataset, asked.unit, geography)
    if asked.history:
        for line in _history(taking):
            print(line)
        return 0
    if asked.back is not None:
        newest = versions_of(taking).newest()
        _done(put_back(taking, asked.back, 0 if newest is None else newest.number, _who(),
                       _now(settings), partial(_note, taking, "撤回")))
        return 0
    if asked.file is None:
        raise InputError("请写明文件；只看历次报送的加 --history。")
    given = _weighed(taking, asked.file, append=asked.append)
    for line in difference_lines(given):
        print(line)
    if not asked.write:
        print("没有写入任何内容。核对无误后加上 --write 再执行一次，就提交。")
        return 0
    _done(put_in_force(taking, given, _who(), _now(settings), asked.reason.strip(),
                       partial(_note, taking, "报送")))
    return 0


def _weighed(taking: Taking, file: Path, *, append: bool) -> Weighed:
    path = file.resolve()
    looked = looked_at(str(path), read_file(taking.settings, str(path)), taking.recogniser.words)
    table = FileTable(looked, looked.sheets[0], str(path))
    choice = chosen(taking.recogniser.propose(table.shape, taking.dataset))
    needed = lacking(taking, table, choice)
    if needed:
        raise InputError(f"表里没有对上的列：{'、'.join(needed)}；请改用填报表"
                         f"（template {taking.dataset.name} --excel …），或改正表头。")
    return weighed(taking, read_handed(taking, table, choice).register, append=append)


def difference_lines(given: Weighed) -> Iterator[str]:
    """The difference in numbers, for a terminal."""
    changes = given.difference
    yield (f"现有{len(given.before.rows)}行，提交后{len(given.result.rows)}行："
           f"新增{len(changes.added)}行，改{len(changes.changed)}行，"
           f"删{len(changes.removed)}行，不变{changes.unchanged}行。")
    if given.fall:
        yield f"！{given.fall}；提交时请用 --reason 写明原因。"


def _history(taking: Taking) -> Iterator[str]:
    versions = versions_of(taking).all()
    if not versions:
        yield f"{taking.owner.name}还没有报送过{taking.dataset.title}。"
    for one in versions:
        yield (f"第{one.number}版｜{one.at:%Y-%m-%d %H:%M}｜{one.by}｜{one.rows}行｜"
               f"新增{one.added}、改{one.changed}、删{one.removed}｜{one.reason or '—'}")


def _done(made: Version) -> None:
    print(f"已提交，为第{made.number}版，{made.rows}行；执行 python -m data_access refresh 后计入。")


def _note(taking: Taking, what: str) -> None:
    # first: what leaves no trace is not done
    audit(taking.settings, Action.HAND_IN, f"{taking.dataset.title}（{taking.owner.name}）{what}", "提交")


def _who() -> str:
    return f"命令行:{system_user()}"


def _now(settings: Settings) -> datetime:
    return local_now(load_plan(settings))
