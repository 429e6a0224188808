"""What the project hands to libraries to be called: in a worker, or as a plain callback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from fastlint.catalogues import ArgumentSpec
from fastlint.project.invocation import Arguments
from fastlint.project.objects import Frame, Objects
from fastlint.project.sites import CallSite, Sites
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
    """Finds what is handed over."""

    def __init__(self, types: Types, sites: Sites) -> None:
        self._types = types
        self._sites = sites

    @cached_property
    def all(self) -> tuple[HandOff, ...]:
        return (*self._offloaded(), *self._called_back())

    def _offloaded(self) -> Iterator[HandOff]:
        for site, item in self._sites.taking("offloads"):
            for spec in item.behaviour.arguments["offloads"]:
                yield from self._hand_off(site, item.name, spec, item.arguments, offloaded=True)

    def _called_back(self) -> Iterator[HandOff]:
        for name, argument in _CALLBACKS.items():
            spec = ArgumentSpec.parse(argument)
            for site in self._sites.of(name):
                given = self._types.invocations.arguments(site.call, site.frame)
                yield from self._hand_off(site, name, spec, given, offloaded=False)

    def _hand_off(
        self,
        site: CallSite,
        taker: str,
        spec: ArgumentSpec,
        arguments: Arguments,
        *,
        offloaded: bool,
    ) -> Iterator[HandOff]:
        slot = arguments.slot(spec)
        if len(site.callees) == 1 and slot is not None and slot.expression is not None:
            objects = arguments.value(slot)
            yield HandOff(site.call, site.frame, taker, offloaded, slot.expression, objects)
