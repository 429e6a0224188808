"""What a test such as `isinstance` leaves of what something may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.project.objects import (
    UNKNOWN,
    Alias,
    AnyClass,
    Awaitable,
    ClassObject,
    Coroutine,
    Frame,
    Instance,
    LibraryObject,
    Object,
    Objects,
    union,
)
from fastlint.summaries import (
    Call,
    Sequence,
)

if TYPE_CHECKING:
    from fastlint.project.types import Types


class Narrowing:
    """Applies tests, for `types`."""

    def __init__(self, types: Types) -> None:
        self._types = types

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
                if positive:
                    return self._as_instances(objects, classes)
                return self._not_instances(objects, classes)
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

    def _as_instances(self, objects: Objects, classes: list[AnyClass]) -> Objects:
        found: list[Object] = []
        for cls in classes:
            below = [
                item
                for item in objects
                if isinstance(item, Instance) and self._types.classes.is_subclass(item.cls, cls)
            ]
            found.extend(below or [self._types.instance(cls)])
        return union([tuple(found)])

    def _not_instances(self, objects: Objects, classes: list[AnyClass]) -> Objects:
        return tuple(
            item
            for item in objects
            if not (
                isinstance(item, Instance)
                and any(self._types.classes.is_subclass(item.cls, cls) for cls in classes)
            )
        )
