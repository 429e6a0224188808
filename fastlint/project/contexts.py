"""Where code runs: on the event loop or not, for which request, or once at start.

Every `async def` runs on the event loop, whoever awaits it. What else does, and under
which name a function is entered (`GET /users/{id}`), the models of the frameworks say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from fastlint.project.calls import CallGraph
from fastlint.project.invocation import Start
from fastlint.project.objects import Frame, FunctionObject
from fastlint.project.sites import Sites
from fastlint.project.symbols import Function
from fastlint.project.types import Types
from fastlint.project.wording import written
from fastlint.summaries import callee_of


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A place where a framework enters the project's code.

    `on_loop` whether the event loop runs it itself; `once` for what runs only when the
    application starts or stops; `threaded` where a plain function would run in a thread.
    """

    frame: Frame
    label: str
    on_loop: bool
    once: bool = False
    threaded: bool = False


class Contexts:
    """Says of every frame that can be reached whether it is loop code, and how it is entered."""

    def __init__(
        self, types: Types, sites: Sites, graph: CallGraph, entries: Iterable[Entry]
    ) -> None:
        self._types = types
        self._sites = sites
        self._graph = graph
        self.entries = tuple(entries)

    @cached_property
    def roots(self) -> tuple[Frame, ...]:
        """The frames that are known to run on the event loop, before the graph is followed."""
        found: dict[Frame, None] = {}
        for entry in self.entries:
            if entry.on_loop or _is_coroutine(entry.frame):
                found[entry.frame] = None
        for function in self._types.symbols.functions():
            if function.is_async and not self._is_test(function) and not _is_unused(function):
                found[self._types.generic_frame(function)] = None
            if function.summary.decorators:
                found.update(dict.fromkeys(self._behind_decorators(function)))
        return tuple(found | dict.fromkeys(self._scheduled))

    @cached_property
    def _scheduled(self) -> tuple[Frame, ...]:
        """The ordinary functions that the event loop is told to call, be it from a thread."""
        found = (
            item.frame
            for site, call in self._sites.taking("schedules")
            if site.frame.function is None or not self._is_test(site.frame.function)
            for item in self._graph.scheduled(call)
            if item.start is Start.RUNS
        )
        return tuple(dict.fromkeys(found))

    def _is_test(self, function: Function) -> bool:
        """Whether a function is a test or a fixture: the loop that runs it serves nobody."""
        if function.name.startswith("test_") or function.module.is_test:
            return True
        for decorator in function.summary.decorators:
            name = written(callee_of(decorator))
            if name is not None and name.rpartition(".")[2] == "fixture":
                return True
        return False

    def _behind_decorators(self, function: Function) -> Iterator[Frame]:
        """The coroutine functions that decorators put in the place of a function."""
        defining = self._types.defining_frame(function)
        for index in defining.block.exit.get(function.name, ()):
            for item in self._types.definition(defining, index):
                if not isinstance(item, FunctionObject) or item.function is function:
                    continue
                if item.function.is_async:
                    yield self._types.frame(item.function, item.closure, item.receiver, {})

    @cached_property
    def reached(self) -> tuple[Frame, ...]:
        """Every frame whose code may run on the event loop."""
        return tuple(self._graph.explore(self.roots))

    @cached_property
    def _loop_frames(self) -> frozenset[Frame]:
        scheduled = (
            target for frame in self.reached for target in self._graph.links(frame).scheduled
        )
        sync_roots = (entry.frame for entry in self.entries if entry.on_loop)
        return frozenset((*self._scheduled, *scheduled, *sync_roots))

    def is_loop_code(self, frame: Frame) -> bool:
        """Whether the body of this frame is event-loop code itself, where findings are
        reported, and not a helper that such code calls."""
        return _is_coroutine(frame) or frame in self._loop_frames

    @cached_property
    def _labels(self) -> dict[Frame, str]:
        labels: dict[Frame, str] = {}
        for entry in sorted(self.entries, key=lambda entry: entry.once):
            for frame in self._graph.explore([entry.frame]) if entry.on_loop else [entry.frame]:
                labels.setdefault(frame, entry.label)
        return labels

    def entry(self, frame: Frame) -> str | None:
        """What brings execution to this frame, if that is known."""
        return self._labels.get(frame)

    @cached_property
    def _once_only(self) -> frozenset[Function]:
        once = self._functions_from(entry.frame for entry in self.entries if entry.once)
        again = self._functions_from(self._repeated_roots(once))
        return frozenset(once - again)

    def _repeated_roots(self, once: set[Function]) -> Iterator[Frame]:
        for entry in self.entries:
            if entry.on_loop and not entry.once:
                yield entry.frame
        for frame in self.roots:
            if frame.function is not None and frame.function not in once:
                yield frame

    def _functions_from(self, frames: Iterable[Frame]) -> set[Function]:
        return {
            frame.function for frame in self._graph.explore(frames) if frame.function is not None
        }

    def runs_once(self, function: Function) -> bool:
        """Whether a function runs only when the application starts or stops."""
        return function in self._once_only


def _is_unused(function: Function) -> bool:
    """Whether a function is defined in another, which makes nothing of it."""
    around = function.parent
    if not isinstance(around, Function) or function.summary.decorators:
        return False
    return not around.reads(function.name)


def _is_coroutine(frame: Frame) -> bool:
    return frame.function is not None and frame.function.is_async
