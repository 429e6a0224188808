"""Coroutine values: which calls give one without awaiting it, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from fastlint.catalogues import Behaviour, DerivedType
from fastlint.project.objects import (
    NONE,
    UNKNOWN,
    Awaitable,
    ClassObject,
    Coroutine,
    Frame,
    FunctionObject,
    GeneratorContext,
    GeneratorObject,
    Instance,
    LibraryClass,
    LibraryMethod,
    LibraryObject,
    Object,
    Objects,
    TextObject,
)
from fastlint.project.sites import Sites
from fastlint.project.symbols import Class, Function, ProjectModule
from fastlint.project.types import Types
from fastlint.project.wording import name_of_call
from fastlint.summaries import (
    Attribute,
    Await,
    Binding,
    BindingKind,
    Block,
    Boolean,
    Call,
    Conditional,
    Expression,
    Implicit,
    ImplicitCall,
    Mapping,
    Merged,
    Name,
    Operation,
    Parameter,
    ParameterValue,
    Sequence,
    Subscript,
    Usage,
)

_LAZY = ("collections.abc.Awaitable", "collections.abc.Coroutine")
_HANDLED = (
    Usage.AWAITED,
    Usage.YIELDED,
    Usage.ENTERED_ASYNC,
    Usage.ITERATED_ASYNC,
)


_GIVEN = (Usage.PASSED, Usage.ELEMENT)


_PROTOCOLS = {
    Implicit.ENTER_ASYNC: ("__aenter__", "__enter__"),
    Implicit.ITERATE_ASYNC: ("__aiter__", "__iter__"),
}
"""What `async with` and `async for` need, and what the plain statements do."""
_FINISHED = (
    "blocks:database",
    "blocks:file",
    "blocks:http",
    "blocks:input",
    "blocks:network",
    "blocks:path",
    "blocks:sleep",
    "blocks:subprocess",
)
"""Effects of calls that return data, never what somebody else has left to await."""

_AWAITABLES = ("collections.abc.Awaitable", "collections.abc.Coroutine")
_ANY_OBJECT = ("builtins.object", "builtins.type")


@dataclass(frozen=True, slots=True, eq=False)
class ValueUse:
    """One use of a coroutine value: the call that it is an argument of, or stands in a list
    or dict that is one; and the attribute that is taken of it."""

    usage: Usage
    start: int
    parent: Call | None = None
    attribute: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CoroutineValue:
    """A call whose value is a coroutine, on every path that is known.

    `uses` is what becomes of it: the use of the call itself or, where it is bound to a
    local variable, every load of that variable; empty if there is none.
    """

    call: Call
    frame: Frame
    function: Function | None
    callee: str
    uses: tuple[ValueUse, ...]

    @property
    def usages(self) -> tuple[Usage, ...]:
        return tuple(use.usage for use in self.uses)

    @property
    def module(self) -> ProjectModule:
        return self.frame.module


class Coroutines:
    """Finds the coroutine values of a project."""

    def __init__(self, types: Types, sites: Sites) -> None:
        self._types = types
        self._sites = sites
        self._giving: dict[Object, bool] = {}
        self._returning: dict[Function, bool] = {}

    @cached_property
    def values(self) -> tuple[CoroutineValue, ...]:
        """Every coroutine value that is not awaited or handed on at once."""
        return tuple(self._values())

    def _values(self) -> Iterator[CoroutineValue]:
        suspects: dict[Frame, list[Call]] = {}
        for call, frame, _ in self._sites.calling(self._may_give):
            if call.usage in _HANDLED or frame.cls is not None or frame.module.summary.is_stub:
                continue
            suspects.setdefault(frame, []).append(call)
        for frame, calls in suspects.items():
            yield from self._in_block(frame, calls)

    def _in_block(self, frame: Frame, suspects: list[Call]) -> Iterator[CoroutineValue]:
        block = frame.block
        parents, attributes = _parents(block), _attributes(block)
        for call in suspects:
            callees = self._types.evaluate(call.callee, frame)
            if not self._is_certain(callees) or not self.is_coroutine(
                self._types.evaluate(call, frame)
            ):
                continue
            uses = self.uses_of(call, frame)
            if uses is None:
                continue
            yield CoroutineValue(
                call,
                frame,
                frame.function,
                name_of_call(call.callee, callees[0]),
                tuple(
                    ValueUse(
                        usage,
                        start,
                        parents.get((start, end)) if usage in _GIVEN else None,
                        attributes.get((start, end)) if usage is Usage.ATTRIBUTE else None,
                    )
                    for usage, start, end in uses
                ),
            )

    def _is_certain(self, callees: Objects) -> bool:
        return bool(callees) and all(map(self._always_returns, callees))

    def _always_returns(self, callee: Object) -> bool:
        """Whether a callee is known, and has no path at whose end there is just None."""
        if not isinstance(callee, FunctionObject):
            return callee is not UNKNOWN
        function = callee.function
        block = function.block
        return callee.certain and (function.is_async or block.trivial or not block.falls_through)

    def is_coroutine(self, objects: Objects) -> bool:
        """Whether these are all coroutines, or the like: nothing runs until they are awaited."""
        return bool(objects) and all(map(self._is_lazy, objects))

    def _is_lazy(self, item: Object) -> bool:
        match item:
            case Coroutine() | Awaitable():
                return True
            case Instance(cls=LibraryClass(name=name, entry=entry)):
                if name in _AWAITABLES:
                    return True
                return entry is not None and entry.lazy
        return False

    # --- what is no awaitable ---

    def gives_no_awaitable(self, call: Call, frame: Frame) -> bool:
        """Whether the value of a call is known to be nothing that can be awaited."""
        callees = self._types.evaluate(call.callee, frame)
        results = self._types.evaluate(call, frame)
        if not callees or not results or not all(map(self._returns, callees)):
            return False
        if all(map(self._blocks, callees)):
            if isinstance(call.callee, Attribute) and self._is_claimed(call.callee.value, frame):
                return False
            results = tuple(item for item in results if item is not UNKNOWN)
        return all(map(self.is_no_awaitable, results))

    def _returns(self, callee: Object) -> bool:
        """Whether a callee is known for what it is, and returns at all."""
        match callee:
            case FunctionObject(function=function, certain=certain):
                block = function.block
                returns = bool(block.returns) or block.falls_through
                return certain and returns and not self._is_declared_only(function)
            case Instance(cls=LibraryClass(name="typing.Callable")):
                return False
        return callee is not UNKNOWN

    def _is_declared_only(self, function: Function) -> bool:
        """Whether only an annotation says that an ordinary function gives no awaitable, as that
        of overloaded functions does which hand on what a coroutine function gives."""
        if function.summary.returns is None or function.is_async:
            return False
        frame = self._types.generic_frame(function)
        values = (item.value for item in function.block.returns)
        return any(isinstance(one, Call) and self._may_be_lazy(one, frame) for one in values)

    def _blocks(self, callee: Object) -> bool:
        """Whether it is a library's ordinary function, which does its work before it returns."""
        match callee:
            case LibraryMethod(behaviour=behaviour):
                pass
            case LibraryObject(name=name) if name in self._types.catalogue.callables:
                behaviour = self._types.catalogue.callables[name]
            case _:
                return False
        if behaviour.effect is None or behaviour.coroutine or behaviour.awaitable:
            return False
        return behaviour.effect.partition("/")[0] in _FINISHED

    def _is_claimed(self, expression: Expression, frame: Frame) -> bool:
        """Whether only the annotation of a parameter, which nobody injects, says what an object
        is. Code that awaits what it does is more to be believed."""
        match expression:
            case Await(value=value) | Call(callee=value):
                return self._is_claimed(value, frame)
            case Name(definitions=(index,)):
                value = frame.block.bindings[index].value
                if isinstance(value, ParameterValue) and frame.function is not None:
                    return _is_annotated_only(frame.function.summary.parameters[value.index])
                return self._is_claimed(value, frame)
            case Attribute(value=owner, name=name):
                return self._is_claimed(owner, frame) or any(
                    self._is_claimed(store.value, self._types.generic_frame(method))
                    for item in self._types.evaluate(owner, frame)
                    if isinstance(item, Instance) and isinstance(item.cls, Class)
                    for method, store in self._types.classes.stores(item.cls).get(name, ())
                )
        return False

    def is_entered_in_vain(self, item: ImplicitCall, frame: Frame) -> bool:
        """Whether `async with` or `async for` meets what has only the synchronous protocol."""
        if item.kind not in _PROTOCOLS or self._is_claimed(item.receiver, frame):
            return False
        wanted, plain = _PROTOCOLS[item.kind]
        objects = self._types.evaluate(item.receiver, frame)
        return bool(objects) and all(self.has_only(one, plain, wanted) for one in objects)

    def has_only(self, item: Object, method: str, other: str) -> bool:
        """Whether an object is known to have one of the two methods, of the synchronous and
        the asynchronous way to enter it or to iterate over it, and not the other."""
        match item:
            case GeneratorContext(is_async=is_async):
                return method == ("__aenter__" if is_async else "__enter__")
            case GeneratorObject(is_async=is_async):
                return method == ("__aiter__" if is_async else "__iter__")
            case Instance(cls=cls):
                classes = self._types.classes
                if classes.has_unknown_base(cls):
                    return False
                if isinstance(cls, Class) and classes.is_protocol(cls):
                    return False
                return bool(classes.attribute(item, method)) and not classes.attribute(item, other)
        return False

    def is_no_awaitable(self, item: Object) -> bool:
        """Whether an object is known to have no `__await__`."""
        match item:
            case TextObject() | GeneratorObject() | GeneratorContext():
                return True
            case Instance(cls=LibraryClass(name=name, entry=entry)):
                if name.startswith("builtins."):
                    return name not in _ANY_OBJECT
                return entry is not None and not self._has_await(item)
            case Instance(cls=Class() as cls):
                return (
                    self._types.is_concrete((item,))
                    and not self._types.classes.has_unknown_base(cls)
                    and not self._has_await(item)
                )
        return item is NONE

    def _has_await(self, item: Instance) -> bool:
        if isinstance(item.cls, LibraryClass) and item.cls.name in _AWAITABLES:
            return True
        return bool(self._types.classes.attribute(item, "__await__"))

    # --- a cheap look first ---

    def _may_give(self, callee: Object) -> bool:
        """Whether it is worth while to ask what a call gives."""
        found = self._giving.get(callee)
        if found is None:
            found = self._giving[callee] = self._find_giving(callee)
        return found

    def _find_giving(self, callee: Object) -> bool:
        match callee:
            case FunctionObject(function=function):
                return self._may_return(function)
            case LibraryMethod(behaviour=behaviour):
                return self._is_lazy_result(behaviour)
            case LibraryObject(name=name):
                entry = self._types.catalogue.callables.get(name)
                return entry is not None and self._is_lazy_result(entry)
            case ClassObject(cls=LibraryClass(entry=entry_)):
                return entry_ is not None and entry_.lazy
        return not isinstance(callee, ClassObject) and callee is not UNKNOWN

    def _is_lazy_result(self, behaviour: Behaviour) -> bool:
        """Whether what a library's callable returns may be something to await."""
        classes = self._types.catalogue.classes
        return (
            behaviour.coroutine
            or behaviour.awaitable
            or isinstance(behaviour.result, DerivedType)
            or any(
                (name in classes and classes[name].lazy) or name in _LAZY
                for name in behaviour.classes_named()
            )
        )

    def _may_return(self, function: Function) -> bool:
        found = self._returning.get(function)
        if found is None:
            self._returning[function] = False  # what only calls itself returns nothing else
            found = self._returning[function] = self._find_returning(function)
        return found

    def _find_returning(self, function: Function) -> bool:
        if function.is_async or _declares_awaitable(function.summary.returns):
            return True
        frame = self._types.generic_frame(function)
        return any(
            item.value is not None and self._may_be_lazy(item.value, frame)
            for item in function.block.returns
        )

    def _may_be_lazy(self, value: Expression, frame: Frame) -> bool:
        match value:
            case Call(callee=Name() as callee) if _is_parameter(callee, frame):
                return True
            case Call():
                return any(map(self._may_give, self._types.evaluate(value.callee, frame)))
            case Name() if _is_parameter(value, frame):
                return True
        return any(map(self._is_lazy, self._types.evaluate(value, frame)))

    # --- what becomes of a value ---

    def uses_of(self, call: Call, frame: Frame) -> list[tuple[Usage, int, int]] | None:
        """The uses of the value of a call, with where they stand; None where they cannot
        all be known."""
        if call.usage is not Usage.BOUND:
            return [(call.usage, call.start, call.end)]
        block = frame.block
        indexes = [
            index for index, binding in enumerate(block.bindings) if _holds(binding.value, call)
        ]
        if not indexes or frame.function is None:
            return None
        if any(self._escapes(block.bindings[index], frame.function) for index in indexes):
            return None
        if any(not _is_always(block.bindings[index].value, call) for index in indexes):
            return None
        alive = _with_merges(block, set(indexes))
        return [
            (use.usage, use.start, use.end)
            for use in block.uses
            if not alive.isdisjoint(use.definitions)
        ]

    def _escapes(self, binding: Binding, function: Function) -> bool:
        """Whether a nested function may use the variable, or `locals()` shows it."""
        return "locals" in function.block.free or function.captures(binding.name)


def _is_annotated_only(parameter: Parameter) -> bool:
    """Whether a parameter has a type, and nothing that tells where its value comes from."""
    match parameter.annotation:
        case Name() | Attribute() | Operation():
            return not isinstance(parameter.default, Call)
        case Subscript(value=Name(id=name) | Attribute(name=name)):
            return name != "Annotated" and not isinstance(parameter.default, Call)
    return False


def _parents(block: Block) -> dict[tuple[int, int], Call]:
    """The calls that names and calls are arguments of, by where these stand."""
    return {
        (part.start, part.end): call
        for call in block.calls
        for argument in call.arguments
        if not argument.stars
        for part in _parts(argument.value)
    }


def _parts(value: Expression) -> Iterator[Call | Name]:
    match value:
        case Call() | Name():
            yield value
        case Mapping(items=pairs):
            for _, item in pairs:
                yield from _parts(item)
        case Sequence(items=items):
            for item in items:
                yield from _parts(item)


def _attributes(block: Block) -> dict[tuple[int, int], str]:
    """The attributes that are taken of names and calls, by where these stand."""
    taken = (*(call.callee for call in block.calls), *(item.receiver for item in block.implicit))
    return {
        (item.value.start, item.value.end): item.name
        for item in taken
        if isinstance(item, Attribute) and isinstance(item.value, (Call, Name))
    }


def _declares_awaitable(annotation: Expression | None) -> bool:
    match annotation:
        case Subscript(value=value):
            return _declares_awaitable(value)
        case Operation(operands=operands):
            return any(map(_declares_awaitable, operands))
        case Name(id=name) | Attribute(name=name):
            return name in ("Awaitable", "Coroutine", "CoroutineType")
    return False


def _holds(value: Expression, call: Call) -> bool:
    """Whether `value` is that of `call`, on some path."""
    match value:
        case Call():
            return value is call
        case Conditional(then=then, otherwise=otherwise):
            return _holds(then, call) or _holds(otherwise, call)
        case Boolean(values=values):
            return any(_holds(item, call) for item in values)
    return False


def _is_always(value: Expression, call: Call) -> bool:
    """Whether `value` is that of `call` on every path."""
    return value is call


def _with_merges(block: Block, indexes: set[int]) -> set[int]:
    """The bindings, and the loop heads that they flow into."""
    growing = True
    while growing:
        growing = False
        for index, binding in enumerate(block.bindings):
            if index in indexes or not isinstance(binding.value, Merged):
                continue
            if not indexes.isdisjoint(binding.value.definitions):
                indexes.add(index)
                growing = True
    return indexes


def _is_parameter(name: Name, frame: Frame) -> bool:
    return any(
        frame.block.bindings[index].kind is BindingKind.PARAMETER for index in name.definitions
    )
