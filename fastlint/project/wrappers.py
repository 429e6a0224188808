"""What decorators put in the place of the functions that they are given."""

from __future__ import annotations

from fastlint.catalogues import Behaviour, DerivedType, Form
from fastlint.project.objects import (
    ClassObject,
    Frame,
    FunctionObject,
    LibraryClass,
    LibraryObject,
)
from fastlint.project.symbols import Function
from fastlint.project.types import Types
from fastlint.summaries import Call, Name, Usage, callee_of


class Wrappers:
    """Asks what is behind the decorators of a function, by their indexes."""

    def __init__(self, types: Types) -> None:
        self._types = types

    def wraps(self, function: Function, index: int) -> bool:
        """Whether a decorator gives another function, and keeps none of them anywhere."""
        frame = self._types.defining_frame(function)
        match self._types.evaluate(callee_of(function.summary.decorators[index]), frame):
            case (LibraryObject(name=name) | ClassObject(cls=LibraryClass(name=name)),):
                behaviour = self._types.catalogue.callables.get(name)
                return behaviour is not None and behaviour.wraps
        wrapper = self.wrapper(function, index)
        return wrapper is not None and not registers(wrapper)

    def wrapper(self, function: Function, index: int) -> Function | None:
        """The function of the project that a decorator puts in place of the one it is given."""
        invocations = self._types.invocations
        given = invocations.decorated_below(function, index)
        match invocations.decorated_below(function, index - 1):
            case (FunctionObject(function=made, certain=True),):
                same = any(
                    isinstance(item, FunctionObject) and item.function is made for item in given
                )
                return self._written(function, index) if same else made
        return self._written(function, index)

    def _written(self, function: Function, index: int) -> Function | None:
        """The function that the body of a decorator returns, whatever its annotation says."""
        decorator = function.summary.decorators[index]
        frame = self._types.defining_frame(function)
        match self._types.evaluate(callee_of(decorator), frame):
            case (FunctionObject(function=made, certain=True),):
                inner = self._inner(made) if isinstance(decorator, Call) else made
                return None if inner is None else self._inner(inner)
        return None

    def _inner(self, function: Function) -> Function | None:
        """The one function that is defined in another and returned by it."""
        values = [item.value for item in function.block.returns]
        value = values[0] if len(values) == 1 else None
        frame = self._types.generic_frame(function)
        if isinstance(value, Call) and self._is_cast(value, frame):
            value = value.arguments[-1].value
        if not isinstance(value, Name):
            return None
        for item in self._types.evaluate(value, frame):
            if isinstance(item, FunctionObject) and item.function.parent is function:
                return item.function
        return None

    def _is_cast(self, call: Call, frame: Frame) -> bool:
        """Whether a call gives back its last argument, and says only the type of it."""
        for callee in self._types.evaluate(call.callee, frame):
            if isinstance(callee, LibraryObject):
                match self._types.catalogue.callables.get(callee.name):
                    case Behaviour(result=DerivedType(form=Form.INSTANCE)):
                        return len(call.arguments) > 1
        return False


def registers(wrapper: Function) -> bool:
    """Whether a function around a wrapper does something that lasts."""
    around = wrapper.parent
    while isinstance(around, Function):
        if around.block.stores or any(call.usage is Usage.DISCARDED for call in around.block.calls):
            return True
        around = around.parent
    return False
