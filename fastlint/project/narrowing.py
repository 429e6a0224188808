"""What a test such as `isinstance` leaves of what something may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.project.objects import (
    NONE,
    UNKNOWN,
    Alias,
    AnyClass,
    Awaitable,
    ClassObject,
    Coroutine,
    Frame,
    FunctionObject,
    Instance,
    LibraryObject,
    Object,
    Objects,
    PartialObject,
    union,
)
from fastlint.summaries import (
    Argument,
    BindingKind,
    Boolean,
    Call,
    Expression,
    GuardKind,
    Literal,
    Name,
    Operation,
    Sequence,
)

if TYPE_CHECKING:
    from fastlint.project.types import Types


def _passed(name: Name, frame: Frame) -> Objects:
    """What a call passes for a parameter: None, or functions and classes, which are no
    empty values."""
    match name.definitions:
        case (index,) if frame.block.bindings[index].kind is BindingKind.PARAMETER:
            passed = frame.arguments.get(name.id, ())
            if passed == (NONE,) or all(isinstance(item, _NEVER_EMPTY) for item in passed):
                return passed
    return ()


_NEVER_EMPTY = (FunctionObject, ClassObject, PartialObject)


class Narrowing:
    """Applies tests, for `types`."""

    def __init__(self, types: Types) -> None:
        self._types = types

    def may_run(self, guards: tuple[int, ...], frame: Frame) -> bool:
        """Whether code under these guards runs with the arguments of the frame: of
        `def decorate(f=None)`, one part serves `@decorate`, another `@decorate()`."""
        if not guards or not frame.arguments:
            return True
        conditions = (frame.block.guards[index] for index in guards)
        return all(
            item.kind is not GuardKind.TEST
            or self._may_hold(item.test, frame, positive=item.positive)
            for item in conditions
        )

    def _may_hold(self, test: Expression, frame: Frame, *, positive: bool) -> bool:
        match test:
            case Operation(operator="not", operands=(inner,)):
                return self._may_hold(inner, frame, positive=not positive)
            case Boolean(operator=operator, values=values):
                parts = (self._may_hold(value, frame, positive=positive) for value in values)
                return all(parts) if (operator == "and") is positive else any(parts)
            case Operation(
                operator="is" | "is not" as operator,
                operands=(Name() as name, Literal(value=None, ellipsis=False)),
            ):
                passed = _passed(name, frame)
                return not passed or (passed == (NONE,)) is (positive is (operator == "is"))
            case Name():
                passed = _passed(test, frame)
                return not passed or (passed != (NONE,)) is positive
            case Call(arguments=(Argument(stars=0, value=Name() as name), *_)):
                passed = _passed(name, frame)
                return not passed or bool(self.narrowed(passed, test, positive, frame))
        return True

    def narrowed(self, objects: Objects, test: Call, positive: bool, frame: Frame) -> Objects:
        for callee in self._types.evaluate(test.callee, frame):
            if isinstance(callee, LibraryObject):
                behaviour = self._types.catalogue.callables.get(callee.name)
                if behaviour is not None and behaviour.narrows is not None:
                    return self._narrow(objects, behaviour.narrows, test, positive, frame)
        return objects

    def _narrow(
        self, objects: Objects, kind: str, test: Call, positive: bool, frame: Frame
    ) -> Objects:
        match kind:
            case "instance" | "subclass":
                classes = self._tested_classes(test, frame)
                if classes is None:
                    return objects
                tested = Instance if kind == "instance" else ClassObject
                if positive:
                    return self._those_of(objects, classes, tested)
                return self._others(objects, classes, tested)
            case "coroutine-function":
                return tuple(
                    item
                    for item in objects
                    if self._types.is_coroutine_function(item) in (None, positive)
                )
            case "awaitable":
                return tuple(
                    item
                    for item in objects
                    if item is UNKNOWN or isinstance(item, (Coroutine, Awaitable)) is positive
                )
        return objects

    def _tested_classes(self, test: Call, frame: Frame) -> list[AnyClass] | None:
        if len(test.arguments) < 2:
            return None
        expression = test.arguments[1].value
        parts = expression.items if isinstance(expression, Sequence) else (expression,)
        classes: list[AnyClass] = []
        for part in parts:
            for item in self._types.evaluate(part, frame):
                match item:
                    case ClassObject(cls=cls):
                        classes.append(cls)
                    case LibraryObject(name=name):
                        classes.append(self._types.library_class(name))
                    case Alias():
                        declared = self._types.annotations.declared(item.expression, item.frame)
                        classes.extend(i.cls for i in declared if isinstance(i, Instance))
                    case _:
                        return None
        return classes

    def _those_of(
        self, objects: Objects, classes: list[AnyClass], tested: type[Instance | ClassObject]
    ) -> Objects:
        found: list[Object] = []
        for cls in classes:
            below = [
                item
                for item in objects
                if isinstance(item, tested) and self._types.classes.is_subclass(item.cls, cls)
            ]
            any_of_them = (
                self._types.instance(cls)
                if tested is Instance
                else self._types.class_object(cls, exact=False)
            )
            found.extend(below or [any_of_them])
        return union([tuple(found)])

    def _others(
        self, objects: Objects, classes: list[AnyClass], tested: type[Instance | ClassObject]
    ) -> Objects:
        return tuple(
            item
            for item in objects
            if not (
                isinstance(item, tested)
                and any(self._types.classes.is_subclass(item.cls, cls) for cls in classes)
            )
        )
