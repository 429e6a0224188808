"""What code changes besides its own variables: attributes, items, collections, globals."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from fastlint.project.objects import Frame
from fastlint.summaries import Attribute, Expression, Implicit, Name, Subscript

_CHANGES = (Implicit.SET, Implicit.SUBSCRIPT_SET, Implicit.SUBSCRIPT_DELETE)
_CHANGING = frozenset(
    {
        "add",
        "append",
        "appendleft",
        "clear",
        "discard",
        "extend",
        "insert",
        "pop",
        "popitem",
        "popleft",
        "remove",
        "setdefault",
        "sort",
        "update",
    }
)
"""Methods that change a collection."""


def changed(frame: Frame) -> Iterator[Expression]:
    """The attributes that code sets, and the collections that it changes."""
    for item in frame.block.implicit:
        if item.kind in _CHANGES:
            yield item.receiver
    for call in frame.block.calls:
        match call.callee:
            case Attribute(value=collection, name=name) if name in _CHANGING:
                yield collection


def globals_assigned(frame: Frame) -> AbstractSet[str]:
    """The module's variables that a block assigns, by `global`."""
    assigned = frame.module.assigned_elsewhere
    return assigned.get(frame.block.qualname, frozenset())


def root(expression: Expression) -> Name | None:
    """The name whose attribute or item something is, at any depth; a name itself."""
    match expression:
        case Name():
            return expression
        case Attribute(value=value) | Subscript(value=value):
            return root(value)
    return None


def is_of_module(expression: Expression, frame: Frame) -> bool:
    """Whether a function takes something of a variable of its module, or of one it imports."""
    name = root(expression)
    return (
        name is not None
        and not name.definitions
        and frame.function is not None
        and name.id in frame.module.summary.block.exit
    )
