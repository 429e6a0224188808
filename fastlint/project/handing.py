"""What the project hands to libraries to be called: in a worker, or as a plain callback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from fastlint.catalogues import ArgumentSpec
from fastlint.project.invocation import LibraryCall
from fastlint.project.objects import Frame, Objects
from fastlint.project.sites import CallSite, Sites
from fastlint.summaries import Call, Expression


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
        return self.frame.module.place(self.argument) or (self.call.start, self.call.end)


class Handing:
    """Finds what is handed over."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites

    @cached_property
    def all(self) -> tuple[HandOff, ...]:
        return (
            *self._given("offloads", offloaded=True),
            *self._given("callbacks", offloaded=False),
        )

    def _given(self, field: str, *, offloaded: bool) -> Iterator[HandOff]:
        for site, item in self._sites.taking(field):
            for spec in item.behaviour.arguments[field]:
                yield from self._hand_off(site, item, spec, offloaded=offloaded)

    def _hand_off(
        self, site: CallSite, taker: LibraryCall, spec: ArgumentSpec, *, offloaded: bool
    ) -> Iterator[HandOff]:
        slot = taker.arguments.slot(spec)
        if len(site.callees) == 1 and slot is not None and slot.expression is not None:
            objects = taker.arguments.value(slot)
            yield HandOff(site.call, site.frame, taker.name, offloaded, slot.expression, objects)
