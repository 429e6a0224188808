"""What libraries pass to the functions that they are given, where nothing else tells it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.project.objects import (
    ClassObject,
    ContextFactory,
    Frame,
    FunctionObject,
    LibraryClass,
    Object,
    Objects,
    union,
)
from fastlint.project.symbols import Function
from fastlint.summaries import Attribute, Call, Expression, Name, Parameter

if TYPE_CHECKING:
    from fastlint.project.types import Types


class Callbacks:
    """Finds by whom a function is called back, for `types`."""

    def __init__(self, types: Types) -> None:
        self._types = types

    def first_argument(self, function: Function) -> Objects:
        """What the calls that are given `function` pass to it first, as catalogues tell."""
        given = self._given.get(function.name, ())
        return union(self._passed(call, where, function) for call, where in given)

    def received(self, method: Function, parameter: Parameter) -> Objects:
        """What a library calls a method with that takes the place of its own."""
        index = method.summary.parameters.index(parameter) - 1
        if method.owner is None or index < 0:
            return ()
        for base in self._types.classes.order(method.owner):
            entry = base.entry if isinstance(base, LibraryClass) else None
            behaviour = None if entry is None else entry.methods.get(method.name)
            if behaviour is not None and index < len(behaviour.received):
                return self._types.instantiation.objects(behaviour.received[index], None, None)
        return ()

    def _passed(self, call: Call, where: Frame, function: Function) -> Objects:
        invocations = self._types.invocations
        arguments = invocations.arguments(call, where)
        return union(
            self._types.instantiation.objects(kind, None, None)
            for callee in self._types.evaluate(call.callee, where)
            if isinstance(callee, ClassObject)
            if (behaviour := self._types.classes.constructor(callee.cls)) is not None
            for spec, kind in behaviour.passed
            if any(_is_function(item, function) for item in arguments.objects(spec))
        )

    @cached_property
    def _given(self) -> dict[str, list[tuple[Call, Frame]]]:
        """The calls of classes that are given something by its name, by that name."""
        found: dict[str, list[tuple[Call, Frame]]] = {}
        for frame in self._types.generic_frames():
            for call in frame.block.calls:
                if not _may_be_class(call.callee):
                    continue
                for argument in call.arguments:
                    match argument.value:
                        case Name(id=name) | Attribute(name=name):
                            found.setdefault(name, []).append((call, frame))
        return found


def _may_be_class(callee: Expression) -> bool:
    """Whether it is written as classes are: nothing else has to be looked at."""
    match callee:
        case Name(id=name) | Attribute(name=name):
            return name[:1].isupper()
    return False


def _is_function(item: Object, function: Function) -> bool:
    match item:
        case FunctionObject(function=found):
            return found is function
        case ContextFactory(function=FunctionObject(function=found)):
            return found is function
    return False
