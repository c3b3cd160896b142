"""What a browser tab holds of a Streamlit page: elements by place, widget states, the cache of
large messages.

Follows the messages of Streamlit 1.67: an element not sent again in a run is gone when the run has
finished, a message the tab still holds comes as a reference only, a cached message is forgotten
after some runs without use.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

_TRIGGERS = ("button", "download_button")
_TEXTS = ("html", "markdown", "text", "heading", "alert", "code")


@dataclass(frozen=True)
class Placed:
    """One element; `fragment` is empty outside fragments, `run` is the run that sent it last."""

    kind: str
    proto: Any
    fragment: str
    run: str


@dataclass
class _Kept:
    message: ForwardMsg
    fragment: str
    used: int


@dataclass
class Shown:
    """Everything the server has sent, as a browser would hold it."""

    elements: dict[tuple[int, ...], Placed] = field(default_factory=dict)
    widgets: dict[str, WidgetState] = field(default_factory=dict)
    page_hash: str = ""
    page_hashes: dict[str, str] = field(default_factory=dict)  # by address
    query: str = ""
    session: str = ""
    # seconds by fragment that runs again by itself
    timers: dict[str, float] = field(default_factory=dict)
    page_missing: bool = False
    _run: str = ""
    _blocks: dict[tuple[int, ...], tuple[str, str]] = field(default_factory=dict)
    _cache: dict[str, _Kept] = field(default_factory=dict)
    _runs: int = 0
    _longest: int = 2

    def take(self, message: ForwardMsg) -> ForwardMsg:
        """Apply one message; what it stands for when it is only a reference. Raises KeyError for an
        unknown reference.
        """
        message = self._resolved(message)
        kind = message.WhichOneof("type")
        if kind == "delta":
            self._place(tuple(message.metadata.delta_path), message.delta)
        elif kind == "new_session":
            self._begin(message)
        elif kind == "script_finished":
            self._finish(message)
        elif kind == "navigation":
            self.page_hash = message.navigation.page_script_hash
            self.page_hashes = {page.url_pathname: page.page_script_hash
                                for page in message.navigation.app_pages}
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "page_not_found":
            self.page_missing = True
        elif kind == "auto_rerun":
            self.timers[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        return message

    def cached(self) -> list[str]:
        """Hashes of the messages the server need not send again."""
        return list(self._cache)

    def of(self, kind: str) -> list[Any]:
        """The elements of one kind in page order, as Streamlit's protobuf messages."""
        return [placed.proto for _, placed in sorted(self.elements.items()) if placed.kind == kind]

    def find(self, key: str) -> Placed:
        """The widget whose user key is `key`. Raises KeyError when the page has none."""
        for placed in self.elements.values():
            if getattr(placed.proto, "id", "").endswith(f"-{key}"):
                return placed
        raise KeyError(f"no widget {key!r} among {sorted(self._keys())}")

    @property
    def markup(self) -> str:
        """Everything shown as text or HTML, style sheets and scripts left out."""
        bodies = [placed.proto.body for _, placed in sorted(self.elements.items())
                  if placed.kind in _TEXTS and placed.kind != "code"]
        return "\n".join(body for body in bodies if not body.startswith(("<style", "<script")))

    @property
    def words(self) -> str:
        """The page as the words a reader sees, without those inside charts and widgets."""
        return html.unescape(re.sub(r"<[^>]+>", "", self.markup))

    @property
    def exceptions(self) -> tuple[str, ...]:
        """Exceptions drawn on the page: type and message."""
        return tuple(f"{proto.type}: {proto.message}" for proto in self.of("exception"))

    def put(self, key: str, value: Any) -> str:
        """Set a widget as a reader would; the fragment that must run.

        `value` is a label or several for choices, an ISO date, a text, a bool; for a button it is
        ignored.
        """
        placed = self.find(key)
        state = WidgetState(id=placed.proto.id)
        if placed.kind in _TRIGGERS:
            state.trigger_value = True
        else:
            _write(state, placed.kind, value)
        self.widgets[state.id] = state
        return placed.fragment

    def release(self) -> None:
        """Let go of the buttons once their press has been sent."""
        for name in [name for name, state in self.widgets.items()
                     if state.WhichOneof("value") == "trigger_value"]:
            del self.widgets[name]

    def _keys(self) -> Iterator[str]:
        return (str(placed.proto.id).split("-", 2)[-1] for placed in self.elements.values()
                if getattr(placed.proto, "id", ""))

    def _resolved(self, message: ForwardMsg) -> ForwardMsg:
        if message.WhichOneof("type") != "ref_hash":
            if message.metadata.cacheable and message.hash:
                self._cache[message.hash] = _Kept(message, message.delta.fragment_id, self._runs)
            return message
        kept = self._cache[message.ref_hash]
        kept.used = self._runs
        known = ForwardMsg()
        known.CopyFrom(kept.message)
        known.metadata.CopyFrom(message.metadata)
        return known

    def _begin(self, message: ForwardMsg) -> None:
        session = message.new_session
        self.session, self._run = session.initialize.session_id, message.metadata.run.script_run_id
        self._longest = session.config.max_cached_message_age
        if not message.metadata.run.fragment_ids:
            self.timers.clear()
            self.page_missing = False
            self.page_hash = session.page_script_hash or self.page_hash

    def _place(self, path: tuple[int, ...], delta: Delta) -> None:
        kind = delta.WhichOneof("type")
        if kind == "add_block":
            self.elements.pop(path, None)
            self._blocks[path] = (self._run, delta.fragment_id)
            return
        if kind != "new_element":
            return
        if self._blocks.pop(path, None) is not None:
            for below in [one for one in self.elements if one[:len(path)] == path]:
                del self.elements[below]
        shown = str(delta.new_element.WhichOneof("type"))
        proto = getattr(delta.new_element, shown)
        self.elements[path] = Placed(shown, proto, delta.fragment_id, self._run)
        self._register(shown, proto)

    def _register(self, kind: str, proto: Any) -> None:
        """A widget's state as its component reports it when it is drawn."""
        name = getattr(proto, "id", "")
        if name and (name not in self.widgets or getattr(proto, "set_value", False)):
            value = _initial(kind, proto)
            if value is not None:
                _write(self.widgets.setdefault(name, WidgetState(id=name)), kind, value)

    def _finish(self, message: ForwardMsg) -> None:
        if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return
        run, fragments = message.metadata.run.script_run_id, set(message.metadata.run.fragment_ids)
        self.elements = {path: placed for path, placed in self.elements.items()
                         if placed.run == run or (fragments and placed.fragment not in fragments)}
        self._blocks = {path: (made, fragment) for path, (made, fragment) in self._blocks.items()
                        if made == run or (fragments and fragment not in fragments)}
        present = {getattr(placed.proto, "id", "") for placed in self.elements.values()}
        self.widgets = {name: state for name, state in self.widgets.items() if name in present}
        self._forget(fragments)

    def _forget(self, fragments: set[str]) -> None:
        self._runs += 1
        self._cache = {name: kept for name, kept in self._cache.items()
                       if (fragments and kept.fragment not in fragments) or self._runs
                       - kept.used <= self._longest}


def _initial(kind: str, proto: Any) -> Any:
    """What the component shows at first: the value set by the script, else its default; None for
    what has no state.
    """
    ours = getattr(proto, "set_value", False)
    if kind == "selectbox":
        return (
            proto.raw_value
            if ours
            else (proto.options[proto.default] if proto.HasField("default") else None)
        )
    if kind == "button_group":
        return (
            list(proto.raw_values)
            if ours
            else [proto.options[index].content for index in proto.default]
        )
    if kind == "date_input":
        return list(proto.value if ours else proto.default)
    if kind in ("checkbox", "number_input", "text_input", "text_area"):
        return proto.value if ours else proto.default
    return None


def _write(state: WidgetState, kind: str, value: Any) -> None:
    if kind in ("button_group", "multiselect", "date_input"):
        given = [value] if isinstance(value, str) else list(value)
        state.string_array_value.data[:] = (
            [one.replace("-", "/") for one in given] if kind == "date_input" else given
        )
    elif kind == "checkbox":
        state.bool_value = value
    elif kind == "number_input":
        state.double_value = value
    else:
        state.string_value = value
