"""Loops that do nothing but collect what they await, one call after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastlint.project.changes import root
from fastlint.project.objects import Frame
from fastlint.summaries import (
    Attribute,
    Await,
    BindingKind,
    Call,
    Comprehension,
    Container,
    Expression,
    For,
    Implicit,
    Name,
    Node,
    Usage,
    walk,
)

_COLLECTING = ("add", "append")
_WAITING = (Implicit.ENTER_ASYNC, Implicit.ITERATE_ASYNC)
_PORTION = re.compile(r"batch|chunk|portion|window", re.IGNORECASE)
"""What is taken in turn so as not to do everything at once."""


@dataclass(frozen=True, slots=True, eq=False)
class CollectingLoop:
    """A comprehension, or a `for` loop up to the end of its header, and the only call that
    each turn awaits. It depends on the item, and on nothing of the turns before."""

    start: int
    end: int
    awaited: Call


def collecting_loops(frame: Frame) -> Iterator[CollectingLoop]:
    """The loops of a block that collect."""
    yield from _comprehensions(frame)
    for loop in frame.block.fors:
        awaited = _collected(loop, frame) if loop.plain else None
        if awaited is not None and _is_independent(awaited, loop, frame):
            yield CollectingLoop(loop.start, loop.header_end, awaited)


def _comprehensions(frame: Frame) -> Iterator[CollectingLoop]:
    found = {
        node.start: node
        for node in walk(frame.block)
        if isinstance(node, Comprehension)
        and node.kind is not Container.GENERATOR
        and not node.is_async
    }
    for node in found.values():
        names = _turning(frame, node.start, node.end)
        awaited = _only_await((node.element,))
        if awaited is not None and _depends_on(awaited, names):
            yield CollectingLoop(node.start, node.end, awaited)


def _is_independent(awaited: Call, loop: For, frame: Frame) -> bool:
    """Whether a call takes the item, and neither it nor the loop what other turns have built."""
    built = _built(loop, frame)
    iterated = (
        item.value
        for item in frame.block.bindings
        if item.kind is BindingKind.LOOP and loop.start <= item.start < loop.header_end
    )
    return _depends_on(awaited, _turning(frame, loop.start, loop.header_end)) and not any(
        _depends_on(item, built) for item in (awaited, *iterated)
    )


def _collected(loop: For, frame: Frame) -> Call | None:
    """The only call that a loop awaits, if it collects what that gives."""
    block = frame.block
    if any(item.kind in _WAITING and _is_in(item.start, loop) for item in block.implicit):
        return None
    calls = [call for call in block.calls if _is_in(call.start, loop)]
    bound = [item for item in block.bindings if _is_in(item.start, loop)]
    stores = [item for item in block.stores if _is_in(item.start, loop)]
    awaited = _only_await((*calls, *(one.value for one in bound), *(one.value for one in stores)))
    collects = stores or any(
        isinstance(call.callee, Attribute)
        and call.callee.name in _COLLECTING
        and call.usage is Usage.DISCARDED
        for call in calls
    )
    is_in_each = awaited is not None and awaited.guards == loop.guards
    return awaited if collects and is_in_each else None


def _is_in(place: int, loop: For) -> bool:
    return loop.header_end <= place < loop.end


def _only_await(nodes: tuple[Node, ...]) -> Call | None:
    """The call that is awaited below some nodes, if it is the only thing that is."""
    found = {
        node.start: node.value for top in nodes for node in walk(top) if isinstance(node, Await)
    }
    match tuple(found.values()):
        case (Call() as call,):
            return call
    return None


def _turning(frame: Frame, start: int, end: int) -> set[str]:
    """The variables of a loop."""
    names = {
        item.name
        for item in frame.block.bindings
        if item.kind is BindingKind.LOOP and start <= item.start < end
    }
    return set() if any(map(_PORTION.search, names)) else names


def _built(loop: For, frame: Frame) -> set[str]:
    """What a loop assigns, and the collections that it fills."""
    assigned = {item.name for item in frame.block.bindings if _is_in(item.start, loop)}
    filled = (item.target for item in frame.block.stores if _is_in(item.start, loop))
    owners = (
        call.callee.value
        for call in frame.block.calls
        if _is_in(call.start, loop)
        and isinstance(call.callee, Attribute)
        and call.callee.name in _COLLECTING
    )
    return assigned | {name.id for item in (*filled, *owners) if (name := root(item)) is not None}


def _depends_on(expression: Expression, names: set[str]) -> bool:
    return any(isinstance(node, Name) and node.id in names for node in walk(expression))
