"""Which coroutine functions could be plain functions, that FastAPI runs in worker threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import cached_property

from fastlint.catalogues import Bound
from fastlint.project.calls import CallGraph, Way
from fastlint.project.changes import changed, globals_assigned, is_of_module
from fastlint.project.contexts import Contexts, Entry
from fastlint.project.frameworks.dependencies import Dependencies
from fastlint.project.frameworks.fastapi import Application
from fastlint.project.invocation import LibraryCall
from fastlint.project.objects import Frame, IdentityDecorator, Instance, LibraryClass, Object
from fastlint.project.references import References
from fastlint.project.symbols import Class, Function
from fastlint.project.types import Types
from fastlint.summaries import (
    Attribute,
    Call,
    Mapping,
    Subscript,
)

_OVERRIDES = "dependency_overrides"


class Threads:
    """Asks whether anything but blocking would change, if a function lost its `async`."""

    def __init__(
        self,
        types: Types,
        application: Application,
        contexts: Contexts,
        calls: CallGraph,
        dependencies: Dependencies,
        references: References,
    ) -> None:
        self._types = types
        self._application = application
        self._contexts = contexts
        self._calls = calls
        self._dependencies = dependencies
        self._references = references
        self._known: dict[Function, bool] = {}

    def could_be_plain(self, function: Function) -> bool:
        """Whether only FastAPI uses a coroutine function, which awaits nothing, needs neither
        the event loop nor its caller's context, and changes nothing that requests share."""
        if function not in self._known:
            self._known[function] = self._could_be_plain(function)
        return self._known[function]

    def _could_be_plain(self, function: Function) -> bool:
        entries = self._entries.get(function, [])
        return (
            function.is_async
            and not function.block.awaits
            and bool(entries)
            and all(entry.threaded for entry in entries)
            and not self._is_wrapped(function)
            and not self._is_part_of_contract(function)
            and not self._is_used_elsewhere(function)
            and not any(map(self._is_tied, self._run_by(entries)))
        )

    @cached_property
    def _entries(self) -> dict[Function, list[Entry]]:
        found: dict[Function, list[Entry]] = {}
        for entry in self._contexts.entries:
            if entry.frame.function is not None:
                found.setdefault(entry.frame.function, []).append(entry)
        return found

    # --- who uses it ---

    def _is_wrapped(self, function: Function) -> bool:
        """Whether a decorator may await what the function returns."""
        frame = self._types.defining_frame(function)
        return any(
            not all(
                isinstance(item, IdentityDecorator) and item.certain
                for item in self._types.evaluate(decorator, frame)
            )
            for decorator in function.summary.decorators
            if decorator not in self._declaring
        )

    @cached_property
    def _declaring(self) -> frozenset[Call]:
        return frozenset(
            item.call for item in self._application.declarations if not item.is_overridden
        )

    def _is_part_of_contract(self, function: Function) -> bool:
        """Whether a base class, or a class below, has a method of the same name."""
        owner = function.owner
        if owner is None:
            return False
        classes = self._types.classes
        if function.name.startswith("__") or classes.has_unknown_base(owner):
            return True
        related = (*classes.order(owner)[1:], *classes.subclasses(owner))
        return any(isinstance(cls, Class) and function.name in cls.block.exit for cls in related)

    def _is_used_elsewhere(self, function: Function) -> bool:
        return any(
            (frame.module.path, name.start) not in self._given_to_framework
            for name, frame in self._references.of(function)
        )

    @cached_property
    def _given_to_framework(self) -> frozenset[tuple[str, int]]:
        """Where functions stand that FastAPI is given to call, or to replace."""
        calls = (
            *((item.call, item.frame) for item in self._dependencies.injections),
            *((item.call, item.frame) for item in self._application.declarations),
        )
        found = {
            (frame.module.path, getattr(argument.value, "start", -1))
            for call, frame in calls
            for argument in call.arguments
        }
        for creation in self._application.creations:
            match creation.argument("exception_handlers"):
                case Mapping(items=items):
                    path = creation.frame.module.path
                    found |= {(path, getattr(value, "start", -1)) for _, value in items}
        return frozenset(found | set(self._replaced()))

    def _replaced(self) -> Iterator[tuple[str, int]]:
        for frame in self._types.generic_frames():
            for store in frame.block.stores:
                match store.target:
                    case Subscript(value=Attribute(name=name), index=index) if name == _OVERRIDES:
                        yield frame.module.path, getattr(index, "start", -1)

    # --- what it runs ---

    def _run_by(self, entries: list[Entry]) -> Iterator[Frame]:
        """The frames that run, at any depth, before the function returns."""
        waiting = deque(entry.frame for entry in entries)
        seen = set(waiting)
        while waiting:
            frame = waiting.popleft()
            yield frame
            for edge in self._calls.links(frame).edges:
                if edge.way is Way.RUNS and edge.target not in seen:
                    seen.add(edge.target)
                    waiting.append(edge.target)

    def _is_tied(self, frame: Frame) -> bool:
        """Whether code has to run where it does: on the loop, in a context, one at a time."""
        links = self._calls.links(frame)
        return (
            bool(links.scheduled)
            or any(edge.way is Way.STARTS for edge in links.edges)
            or any(self._belongs_here(call, frame) for call in frame.block.calls)
            or self._changes_shared_state(frame)
        )

    def _belongs_here(self, call: Call, frame: Frame) -> bool:
        arguments = self._types.invocations.arguments(call, frame)
        for callee in self._types.evaluate(call.callee, frame):
            for item in self._types.invocations.reached(callee, arguments):
                if isinstance(item, LibraryCall) and any(
                    _holds(bound, call, frame) for bound in self._bounds(item)
                ):
                    return True
        return False

    def _bounds(self, call: LibraryCall) -> Iterator[Bound | None]:
        """What a call is bound to: by itself, or by the class of its receiver."""
        yield call.behaviour.bound
        classes = self._types.catalogue.classes
        if call.name in classes:
            yield classes[call.name].bound
        receiver: Object | None = call.receiver
        if isinstance(receiver, Instance):
            for base in self._types.classes.order(receiver.cls):
                if isinstance(base, LibraryClass) and base.entry is not None:
                    yield base.entry.bound

    def _changes_shared_state(self, frame: Frame) -> bool:
        """Whether code changes what the module keeps: on the event loop, nobody comes between."""
        return bool(globals_assigned(frame)) or any(
            is_of_module(item, frame) for item in changed(frame)
        )


def _holds(bound: Bound | None, call: Call, frame: Frame) -> bool:
    """Whether a call of a function that a thread runs would be another than it is now."""
    match bound:
        case "task":
            return is_of_module(call.callee, frame)
        case "exception":
            handlers = (handler for item in frame.block.tries for handler in item.handlers)
            return not any(one.start <= call.start < one.end for one in handlers)
    return bound is not None
