"""What the project hands to libraries to be called: in a worker, or as a plain callback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from fastlint.catalogues import ArgumentSpec
from fastlint.project.invocation import LibraryCall
from fastlint.project.objects import Frame, LibraryObject, Objects
from fastlint.project.types import Types
from fastlint.summaries import Attribute, Call, Comprehension, Expression, Name, Sequence


@dataclass(frozen=True, slots=True, eq=False)
class HandOff:
    """An argument that the library callable `taker` calls, and what it may be."""

    call: Call
    frame: Frame
    taker: str
    offloaded: bool
    """in a worker: a thread or a process"""
    argument: Expression
    objects: Objects

    @property
    def place(self) -> tuple[int, int]:
        return place_of(self.argument) or (self.call.start, self.call.end)


def place_of(expression: Expression | None) -> tuple[int, int] | None:
    """Where an expression stands; None for what has no place of its own."""
    match expression:
        case Call(start=start, end=end) | Name(start=start, end=end):
            return start, end
        case Attribute(start=start, end=end) | Comprehension(start=start, end=end):
            return start, end
        case Sequence(start=start, end=end):
            return start, end
    return None


_CALLBACKS = {
    "asyncio.AbstractEventLoop.add_reader": "1|callback",
    "asyncio.AbstractEventLoop.add_signal_handler": "1|callback",
    "asyncio.AbstractEventLoop.add_writer": "1|callback",
    "asyncio.AbstractEventLoop.call_at": "1|callback",
    "asyncio.AbstractEventLoop.call_later": "1|callback",
    "asyncio.AbstractEventLoop.call_soon": "0|callback",
    "asyncio.AbstractEventLoop.call_soon_threadsafe": "0|callback",
    "asyncio.Future.add_done_callback": "0|fn",
    "asyncio.Task.add_done_callback": "0|fn",
    "atexit.register": "0|func",
    "builtins.filter": "0",
    "builtins.list.sort": "key",
    "builtins.max": "key",
    "builtins.min": "key",
    "builtins.sorted": "key",
    "signal.signal": "1|handler",
}
"""What calls the function it is given and drops, or takes for a value, what that returns."""


class Handing:
    """Finds what is handed over, in the order of files and text."""

    def __init__(self, types: Types) -> None:
        self._types = types

    @cached_property
    def all(self) -> tuple[HandOff, ...]:
        return tuple(
            found
            for frame in self._types.generic_frames()
            for call in frame.block.calls
            for found in self._of(call, frame)
        )

    def _of(self, call: Call, frame: Frame) -> Iterator[HandOff]:
        callees = self._types.evaluate(call.callee, frame)
        if len(callees) != 1:
            return
        arguments = self._types.invocations.arguments(call, frame)
        for name, spec, offloaded in self._specs(callees, call, frame):
            slot = arguments.slot(spec)
            if slot is not None and slot.expression is not None:
                objects = arguments.value(slot)
                yield HandOff(call, frame, name, offloaded, slot.expression, objects)

    def _specs(
        self, callees: Objects, call: Call, frame: Frame
    ) -> Iterator[tuple[str, ArgumentSpec, bool]]:
        """The arguments that are called, by the name of what calls them."""
        for callee in callees:
            if isinstance(callee, LibraryObject) and callee.name in _CALLBACKS:
                yield callee.name, ArgumentSpec.parse(_CALLBACKS[callee.name]), False
                continue
            arguments = self._types.invocations.arguments(call, frame)
            for item in self._types.invocations.reached(callee, arguments):
                if not isinstance(item, LibraryCall):
                    continue
                if item.name in _CALLBACKS:
                    yield item.name, ArgumentSpec.parse(_CALLBACKS[item.name]), False
                for spec in item.behaviour.arguments["offloads"]:
                    yield item.name, spec, True
