"""What asyncio is given to await, and cannot."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from fastlint.catalogues import ArgumentSpec
from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.arguments import Slot
from fastlint.project.invocation import LibraryCall
from fastlint.project.objects import (
    Awaitable,
    Coroutine,
    Frame,
    Instance,
    LibraryClass,
    Object,
    Objects,
    PartialObject,
)
from fastlint.project.wording import name_of_call, name_of_callee
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call, Comprehension, Container, Expression

rule = Rule(__name__)

_WAIT = "asyncio.wait"
_TAKING_SEVERAL = (_WAIT, "asyncio.as_completed")
_CONTAINERS = ("builtins.dict", "builtins.list", "builtins.set", "builtins.tuple")

Told = tuple[str, str]
"""What is wrong, and what to do about it."""


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Every argument that a library awaits: is it something that can be awaited?"""
    for site, taker in project.sites.taking("awaits"):
        if len(site.callees) != 1:
            continue
        for slot in chain.from_iterable(map(taker.arguments.slots, _awaited(taker))):
            told = _told(taker, slot, site.frame, project)
            if told is None:
                continue
            yield project.finding(
                site.frame.module,
                *(site.frame.module.place(slot.expression) or (site.call.start, site.call.end)),
                told[0],
                help=told[1],
                symbol=site.frame.block.qualname,
            )


def _awaited(taker: LibraryCall) -> tuple[ArgumentSpec, ...]:
    return taker.behaviour.arguments["awaits"]


def _told(taker: LibraryCall, slot: Slot, frame: Frame, project: Project[NoOptions]) -> Told | None:
    objects, argument = taker.arguments.value(slot), slot.expression
    name = taker.name.rpartition(".")[2]
    if taker.name in _TAKING_SEVERAL:
        if taker.name == _WAIT and _are_coroutines(project.types.items(objects)):
            return (
                "`asyncio.wait` takes no coroutines since Python 3.11",
                "make tasks of them: `asyncio.create_task(...)`",
            )
        return None
    if objects and all(_is_function(item, project) for item in objects):
        function = name_of_callee(objects[0]) or "the function"
        return f"`{function}` is not called: `{name}` awaits no function", "call it: add `()`"
    if _is_collection(argument, objects):
        return f"`{name}` is given a collection, which it cannot await", "unpack it: `*coroutines`"
    if isinstance(argument, Call) and project.coroutines.gives_no_awaitable(argument, frame):
        callees = project.types.evaluate(argument.callee, frame)
        function = name_of_call(argument.callee, callees[0])
        return (
            f"what `{function}` returns is no awaitable, as `{name}` needs it",
            "call it without, or hand it to a thread: `asyncio.to_thread(function)`",
        )
    return None


def _is_function(item: Object, project: Project[NoOptions]) -> bool:
    if isinstance(item, PartialObject):
        item = item.callable
    return project.types.is_coroutine_function(item) is True


def _are_coroutines(objects: Objects) -> bool:
    return bool(objects) and all(isinstance(item, (Coroutine, Awaitable)) for item in objects)


def _is_collection(argument: Expression | None, objects: Objects) -> bool:
    match argument:
        case Comprehension(kind=Container.GENERATOR):
            return True
    return bool(objects) and all(
        isinstance(item, Instance)
        and isinstance(item.cls, LibraryClass)
        and item.cls.name in _CONTAINERS
        for item in objects
    )
