"""Shared state that a coroutine writes after others had their turn, from what it read before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from fastlint.project.changes import is_of_module, root
from fastlint.project.objects import Frame, Instance, LibraryClass
from fastlint.project.suspension import waits
from fastlint.project.symbols import Class
from fastlint.project.types import Types
from fastlint.project.wording import written
from fastlint.summaries import (
    Argument,
    Attribute,
    Await,
    BindingKind,
    Call,
    Elsewhere,
    Expression,
    Literal,
    Name,
    Node,
    Operation,
    Subscript,
    Usage,
    walk,
)

_DEEPEST = 6
_GROWING = ("add", "append", "appendleft", "insert")
_READING = (Attribute, Call, Name, Operation, Subscript)


@dataclass(frozen=True, slots=True, eq=False)
class LostUpdate:
    """A write, and where it stands, that undoes what others have written to `state` since it
    was read at `read`."""

    state: str
    read: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class _Write:
    """A change of shared state: what is written, and where and under which guards. What makes
    a collection grow writes its length."""

    target: Expression
    value: Expression
    start: int
    end: int
    guards: tuple[int, ...]
    stored: Expression | None = None
    """What is put into a collection that grows."""


class Races:
    """Finds updates that may be lost."""

    def __init__(self, types: Types) -> None:
        self._types = types

    def lost_updates(self, frame: Frame) -> Iterator[LostUpdate]:
        """The writes of a coroutine function that use what it read before it awaited."""
        turns = sorted(waits(frame.block))
        for write in self._writes(frame):
            for read in self._reads_for(write, frame):
                later = any(read < turn and _is_before(turn, write) for turn in turns)
                if later and not self._is_locked(read, write.start, frame):
                    name = _name(write.target)
                    yield LostUpdate(name, read, write.start, write.end)
                    break

    # --- writes ---

    def _writes(self, frame: Frame) -> Iterator[_Write]:
        guards = {item.start: item.guards for item in frame.block.implicit}
        for binding in frame.module.summary.block.bindings:
            match binding.value:
                case Elsewhere(qualname=qualname, value=value) if qualname == frame.block.qualname:
                    start, end = binding.start, binding.end
                    under = guards.get(start) or guards.get(getattr(value, "start", start), ())
                    yield _Write(Name(binding.name, (), start, end), value, start, end, under)
        for store in frame.block.stores:
            if self._is_shared(store.target, frame):
                start, end, under = store.start, store.end, guards.get(store.start, ())
                yield _Write(store.target, store.value, start, end, under)
                if isinstance(store.target, Subscript):
                    yield _growth(store.target.value, store.value, start, end, under)
        for call in frame.block.calls:
            match call.callee:
                case Attribute(value=value, name=name) if name in _GROWING:
                    if self._is_shared(call.callee, frame):
                        yield _growth(value, call, call.start, call.end, call.guards)

    def _is_shared(self, target: Expression, frame: Frame) -> bool:
        """Whether an attribute or item belongs to something that all requests use."""
        if is_of_module(target, frame) or ".app.state." in f".{_name(target)}.":
            return True
        function, owner = frame.function, root(target)
        return (
            function is not None
            and function.owner in self._single
            and owner is not None
            and bool(function.summary.parameters)
            and owner.id == function.summary.parameters[0].name
        )

    @cached_property
    def _single(self) -> frozenset[Class | None]:
        """The classes of objects that a module makes when it is imported."""
        return frozenset(
            item.cls
            for module in self._types.symbols.modules
            for binding in module.summary.block.bindings
            if isinstance(binding.value, Call)
            for item in self._types.evaluate(binding.value, self._types.module_frame(module))
            if isinstance(item, Instance) and isinstance(item.cls, Class)
        )

    # --- reads ---

    def _reads_for(self, write: _Write, frame: Frame) -> Iterator[int]:
        """Where the state is read that a write is made of; of an update in one step, where it
        was looked at last to decide on it."""
        key = _key(write.target)
        own = list(self._reads(write.value, key, frame, _DEEPEST))
        if write.stored is None:
            yield from own
        if own:
            tests = (frame.block.guards[index].test for index in write.guards)
            asked = (read for test in tests for read in self._reads(test, key, frame, _DEEPEST))
            yield from sorted(asked)[-1:]

    def _reads(self, value: Expression, key: object, frame: Frame, depth: int) -> Iterator[int]:
        """Where the state is read that a value is made of, directly or by local variables."""
        for node in walk(value):
            if isinstance(node, _READING) and _key(node) == key:
                yield node.start
            elif isinstance(node, Name) and depth:
                for index in node.definitions:
                    binding = frame.block.bindings[index]
                    if binding.kind in (BindingKind.ASSIGNED, BindingKind.AUGMENTED):
                        yield from self._reads(binding.value, key, frame, depth - 1)

    # --- locks ---

    def _is_locked(self, read: int, write: int, frame: Frame) -> bool:
        """Whether an `async with` around both may keep the others out."""
        return any(
            item.is_async
            and item.start <= read < item.end
            and item.start <= write < item.end
            and any(self._may_lock(value, frame) for value in item.items)
            for item in frame.block.withs
        ) or any(
            isinstance(call.callee, Attribute) and call.callee.name == "acquire" and call.end < read
            for call in frame.block.calls
        )

    def _may_lock(self, value: Expression, frame: Frame) -> bool:
        objects = self._types.evaluate(value, frame)
        return not objects or any(
            not isinstance(item, Instance)
            or not isinstance(item.cls, LibraryClass)
            or item.cls.entry is None
            or item.cls.entry.bound == "loop"
            for item in objects
        )


def _is_before(turn: int, write: _Write) -> bool:
    """Whether others have their turn before something is written, if only by an `await` in
    the value itself."""
    return turn < write.start or any(
        isinstance(node, Await) and node.start <= turn < node.end
        for node in walk(write.stored or write.value)
    )


def _growth(
    collection: Expression, stored: Expression, start: int, end: int, guards: tuple[int, ...]
) -> _Write:
    """A write of `len(collection)`."""
    argument = Argument(None, 0, collection, start)
    length = Call(Name("len", (), start, end), (argument,), Usage.STORED, start, end)
    return _Write(length, length, start, end, guards, stored)


def _key(node: Node) -> object:
    """What tells one state from another: `a`, `a.b`, `a.b[c]`; None for anything else."""
    match node:
        case Name(id=name):
            return name
        case Attribute(value=value, name=name):
            inner = _key(value)
            return None if inner is None else (inner, ".", name)
        case Subscript(value=value, index=index):
            return _item_key(value, index)
        case Call(callee=Attribute(value=value, name="get"), arguments=(argument, *_)):
            return _item_key(value, argument.value)
        case Call(callee=Name(id="len"), arguments=(argument,)):
            collection = _key(argument.value)
            return None if collection is None else ("len", collection)
        case Operation(operator="in" | "not in", operands=(index, value)):
            return _item_key(value, index)
    return None


def _item_key(value: Expression, index: Expression) -> object:
    collection = _key(value)
    place = index.value if isinstance(index, Literal) else _key(index)
    return None if collection is None or place is None else (collection, "[]", place)


def _name(target: Expression) -> str:
    """What the state is called: of an item, or of a length, its collection."""
    match target:
        case Subscript(value=value) | Call(arguments=(Argument(value=value),)):
            return _name(value)
    return written(target) or "the state"
