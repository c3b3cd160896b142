"""Every place in the pages that changes something, found in the source: nobody has to remember to
list a new one.

A function below the pages writes when it, or anything it calls, touches the file system or a
database to change it. What the pages call of these is what they change. Calls are followed by their
imports, methods by the class their object is annotated with, and by name where it is not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from data_access.site.settings import ROOT

_BELOW, _ABOVE = ("sample_data", "data_access", "notices", "reports"), ("components", "pages")
_TOUCHING = frozenset({"write_text", "write_bytes", "mkdir", "makedirs", "unlink", "rmtree",
                       "copytree", "copyfile", "touch", "utime", "rename", "to_parquet", "to_csv",
                       "to_sql", "writing", "begin", "commit", "executemany", "symlink_to"})
_OS_TOUCHING = frozenset({"os.replace", "os.write", "os.remove", "os.open", "shutil.move"})
_CHANGING_SQL = ("INSERT ", "UPDATE ", "DELETE ", "REPLACE ")
_ASKING = ("permit.require", "permit.record", "handing_out")
# names every list, set, dictionary, path or text has too say nothing about whose method is meant
_COMMON = frozenset(name for kind in (list, set, dict, str, bytes, tuple, Path)
                    for name in dir(kind))


@dataclass(eq=False)
class Function:
    """A function or method; `calls` are the functions of the project it may call, `writes` whether
    it touches itself.
    """

    module: str
    name: str
    node: ast.FunctionDef
    owner: str | None
    calls: set[str] = field(default_factory=set)
    writes: bool = False
    asks: bool = False

    @property
    def key(self) -> str:
        return f"{self.module}:{self.owner + '.' if self.owner else ''}{self.name}"


@dataclass(eq=False)
class Module:
    """`names`: what an imported name stands for, as (module, name)."""

    name: str
    tree: ast.Module
    names: dict[str, tuple[str, str]] = field(default_factory=dict)


@cache
def modules() -> dict[str, Module]:
    """All of the project's, by dotted name."""
    found = {}
    for room in (*_BELOW, *_ABOVE, "kpi"):
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            module = Module(name, ast.parse(path.read_text(encoding="utf-8")))
            for node in ast.walk(module.tree):
                if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    module.names |= {alias.asname or alias.name: (node.module, alias.name)
                                     for alias in node.names}
            found[name] = module
    return found


def origin(module: str, name: str) -> tuple[str, str]:
    """Where an imported name is defined, through the faces of rooms."""
    while name in modules().get(module, Module("", ast.Module())).names:
        defined = modules()[module].names[name]
        if defined == (module, name):  # a room's face that imports one of its own modules
            break
        module, name = defined
    return (f"{module}.{name}", "") if f"{module}.{name}" in modules() else (module, name)


@cache
def functions() -> dict[str, Function]:
    """Every function of the project with what it calls, by key; nested ones belong to the
    outermost.
    """
    known = {function.key: function for module in modules().values()
             for function in _defined(module)}
    methods: dict[str, set[str]] = {}
    for function in known.values():
        if function.owner and function.module.split(".")[0] in _BELOW:
            methods.setdefault(function.name, set()).add(function.key)
    for function in known.values():
        for call in _calls(function.node):
            function.calls |= {key for key in _called(function, call.func, methods) if key in known}
            written = ast.unparse(call.func)
            name = written.rpartition(".")[2]
            function.writes |= (
                name in _TOUCHING and written != f"self.{name}"
            ) or written in _OS_TOUCHING
            function.asks |= written.endswith(_ASKING)
        for used in ast.walk(function.node):
            if isinstance(used, ast.Constant) and str(used.value).startswith(_CHANGING_SQL):
                function.writes = True
            if isinstance(used, (ast.Name, ast.Attribute)) and isinstance(used.ctx, ast.Load):
                # handing a function over is as good as calling it; by its name alone it is only
                # looked for where it is called
                function.calls |= {key for key in _called(function, used, {}) if key in known}
    return known


def _defined(module: Module) -> Iterator[Function]:
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef):
            yield Function(module.name, node.name, node, None)
        elif isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef):
                    yield Function(module.name, part.name, part, node.name)
    loose = [node for node in module.tree.body
             if not isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    body = ast.FunctionDef("", ast.arguments([], [], None, [], [], None, []), loose or [ast.Pass()],
                           [], None, None, lineno=1)
    yield Function(module.name, "", body, None)


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (part for part in ast.walk(node) if isinstance(part, ast.Call))


def _called(function: Function, called: ast.expr, methods: dict[str, set[str]]) -> set[str]:
    if isinstance(called, ast.Name):
        return _resolved(function.module, called.id)
    if not isinstance(called, ast.Attribute):
        return set()
    whose = ast.unparse(called.value)
    if whose == "self":
        return {f"{function.module}:{function.owner}.{called.attr}"}
    head = origin(*modules()[function.module].names.get(whose, ("", "")))
    if head[0] in modules() and not head[1]:
        return _resolved(head[0], called.attr)
    kind = _annotated(function, whose)
    if kind is not None:
        return {f"{kind[0]}:{kind[1]}.{called.attr}"}
    return methods.get(called.attr, set()) if called.attr not in _COMMON else set()


def _resolved(module: str, name: str) -> set[str]:
    where, what = origin(module, name)
    return {f"{where}:{what}", f"{where}:{what}.__init__", f"{where}:{what}.__post_init__"}


def _annotated(function: Function, whose: str) -> tuple[str, str] | None:
    """The class of a parameter, or of a field of the function's own class, as annotated."""
    arguments = function.node.args
    given = {one.arg: one.annotation for one in (*arguments.args, *arguments.kwonlyargs)}
    annotation = given.get(whose)
    if whose.startswith("self.") and function.owner:
        (owner,) = [node for node in modules()[function.module].tree.body
                    if isinstance(node, ast.ClassDef) and node.name == function.owner]
        fields = {ast.unparse(node.target): node.annotation for node in owner.body
                  if isinstance(node, ast.AnnAssign)}
        properties = {node.name: node.returns for node in owner.body
                      if isinstance(node, ast.FunctionDef)}
        annotation = {**properties, **fields}.get(whose.removeprefix("self."))
    if not isinstance(annotation, ast.Name):
        return None
    where, what = origin(function.module, annotation.id)
    return (where, what) if where.split(".")[0] in (*_BELOW, *_ABOVE) else None


def _closed(wanted: set[str]) -> set[str]:
    """With everything that calls one of them."""
    found = set(wanted)
    while True:
        more = {key for key, function in functions().items() if function.calls & found} - found
        if not more:
            return found
        found |= more


@cache
def writers() -> frozenset[str]:
    """Everything below the pages that may change something."""
    below = {key: function for key, function in functions().items()
             if function.module.split(".")[0] in _BELOW}
    touching = {key for key, function in below.items() if function.writes}
    return frozenset(_closed(touching) & set(below))


def changing() -> dict[str, set[str]]:
    """Every function of the pages that calls a writer, with the writers it calls."""
    return {key: function.calls & writers() for key, function in functions().items()
            if function.module.split(".")[0] in _ABOVE and function.calls & writers()}


def asking() -> set[str]:
    """Every function of the pages that asks for a permission at the moment it is called, itself or
    by what it calls of its own module."""
    found = {key for key, function in functions().items() if function.asks}
    while True:
        more = {key for key, function in functions().items()
                if any(call in found and call.partition(":")[0] == function.module
                       for call in function.calls)} - found
        if not more:
            return found
        found |= more
