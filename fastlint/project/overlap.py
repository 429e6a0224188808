"""Whether what is awaited one after the other could wait side by side."""

from __future__ import annotations

from fastlint.catalogues import Behaviour
from fastlint.project.changes import changed, root
from fastlint.project.objects import (
    ClassObject,
    Frame,
    FunctionObject,
    Instance,
    LibraryClass,
    LibraryMethod,
    LibraryObject,
    Object,
)
from fastlint.project.symbols import Function
from fastlint.project.types import Types
from fastlint.summaries import (
    Attribute,
    Await,
    BindingKind,
    Call,
    Entered,
    Expression,
    Usage,
)

_AWAITING = (Usage.AWAITED, Usage.ENTERED_ASYNC)


class Overlap:
    """Follows what is awaited down to libraries that serve several tasks at a time."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._known: dict[Function, bool] = {}

    def is_possible(self, call: Call, frame: Frame) -> bool:
        """Whether a call may be awaited several times at once: all that it awaits is known to
        allow that, and it changes nothing that the tasks would share."""
        match self._types.evaluate(call.callee, frame):
            case (FunctionObject(function=function, certain=True),):
                return function.is_coroutine_function and self._is_independent(function)
            case (callee,):
                return self._serves_several(callee)
        return False

    def _is_independent(self, function: Function) -> bool:
        if function not in self._known:
            self._known[function] = False  # for a function that calls itself
            self._known[function] = self._allows_others(function)
        return self._known[function]

    def _allows_others(self, function: Function) -> bool:
        frame = self._types.generic_frame(function)
        awaited = [call for call in function.block.calls if call.usage in _AWAITING]
        return (
            bool(awaited)
            and len(awaited) == function.block.awaits
            and all(_is_of_own(call, frame) or self.is_possible(call, frame) for call in awaited)
            and any(self.is_possible(call, frame) for call in awaited)
            and not any(self._is_for_one(call, frame) for call in function.block.calls)
            and not any(_is_given(one, frame) for one in changed(frame))
        )

    def _serves_several(self, callee: Object) -> bool:
        match callee:
            case LibraryObject(name=name):
                behaviour: Behaviour | None = self._types.catalogue.callables.get(name)
                return behaviour is not None and behaviour.concurrent
            case LibraryMethod(receiver=Instance(cls=cls)) | ClassObject(cls=cls):
                return any(
                    isinstance(base, LibraryClass)
                    and base.entry is not None
                    and base.entry.concurrent
                    for base in self._types.classes.order(cls)
                )
        return False

    def _is_for_one(self, call: Call, frame: Frame) -> bool:
        """Whether a call uses an object from outside that serves one task at a time."""
        if _is_of_own(call, frame):
            return False
        return any(
            isinstance(callee, LibraryMethod)
            and isinstance(callee.receiver, Instance)
            and isinstance(callee.receiver.cls, LibraryClass)
            and callee.receiver.cls.entry is not None
            and callee.receiver.cls.entry.bound is not None
            for callee in self._types.evaluate(call.callee, frame)
        )


def _is_of_own(call: Call, frame: Frame) -> bool:
    """Whether a call is of a method of what the function itself has awaited or entered."""
    owner = root(call.callee) if isinstance(call.callee, Attribute) else None
    return (
        owner is not None
        and bool(owner.definitions)
        and all(
            isinstance(frame.block.bindings[index].value, (Await, Entered))
            for index in owner.definitions
        )
    )


def _is_given(expression: Expression, frame: Frame) -> bool:
    """Whether something is part of an object that the function has been given."""
    name = root(expression)
    if name is None:
        return True
    kinds = {frame.block.bindings[index].kind for index in name.definitions}
    return BindingKind.PARAMETER in kinds
