"""Single dispatch: which of several functions a call runs, by the class of its first argument."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.project.objects import (
    UNKNOWN,
    ClassObject,
    Dispatcher,
    FunctionObject,
    Instance,
    Object,
    Objects,
    TextObject,
)
from fastlint.project.symbols import Class, Function
from fastlint.summaries import Attribute, Call, Expression, Name

if TYPE_CHECKING:
    from fastlint.project.types import Types


class Dispatch:
    """Chooses among the functions that are registered, for `invocation`."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._registered: dict[Function, tuple[tuple[Objects, FunctionObject], ...]] = {}

    def chosen(self, dispatcher: Dispatcher, first: Objects) -> Iterator[tuple[Object, Objects]]:
        """The functions that may run for a first argument, and what that is for each. All may,
        where nothing says what it is."""
        found: dict[FunctionObject, dict[Object, None]] = {}
        for given in first or (UNKNOWN,):
            for function, item in self._for_argument(dispatcher, given):
                found.setdefault(function, {})[item] = None
        for function, objects in found.items():
            yield self._bound(function, dispatcher.receiver), tuple(objects)

    def _for_argument(
        self, dispatcher: Dispatcher, given: Object
    ) -> Iterator[tuple[FunctionObject, Object]]:
        match given:
            case Instance():
                yield self._most_specific(dispatcher, given), given
            case TextObject():
                yield self._most_specific(dispatcher, self._types.builtin("str")), given
            case _:
                yield dispatcher.default, given
                for classes, function in self._of(dispatcher.default.function):
                    for item in classes:
                        if isinstance(item, ClassObject):
                            yield function, self._types.instance(item.cls)

    def _most_specific(self, dispatcher: Dispatcher, given: Instance) -> FunctionObject:
        registered = self._of(dispatcher.default.function)
        for base in self._types.classes.order(given.cls):
            for classes, function in registered:
                if any(isinstance(item, ClassObject) and item.cls is base for item in classes):
                    return function
        return dispatcher.default

    def _bound(self, item: FunctionObject, receiver: Object | None) -> Object:
        if receiver is None or item.function.owner is None:
            return item
        return self._types.bind(item, receiver)

    def _of(self, default: Function) -> tuple[tuple[Objects, FunctionObject], ...]:
        """What `@default.register` adds, with the classes that it is for."""
        found = self._registered.get(default)
        if found is None:
            found = self._registered[default] = tuple(
                (self._classes(function, decorator), self._object(function))
                for function in default.module.functions.values()
                for decorator in function.summary.decorators
                if _registers(decorator, default.name)
            )
        return found

    def _object(self, function: Function) -> FunctionObject:
        return self._types.intern(FunctionObject, function, None, None, True)

    def _classes(self, function: Function, decorator: Expression) -> Objects:
        """`register(cls)`, or the annotation of the first argument."""
        types = self._types
        frame = types.defining_frame(function)
        if isinstance(decorator, Call) and decorator.arguments:
            return types.evaluate(decorator.arguments[0].value, frame)
        parameters = function.summary.parameters[isinstance(function.parent, Class) :]
        if not parameters or parameters[0].annotation is None:
            return ()
        declared = types.annotations.declared(parameters[0].annotation, frame)
        return tuple(types.class_of(item) for item in declared if isinstance(item, Instance))


def _registers(decorator: Expression, name: str) -> bool:
    match decorator:
        case Call(callee=callee):
            return _registers(callee, name)
        case Attribute(value=Name(id=owner), name="register"):
            return owner == name
    return False
