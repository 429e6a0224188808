"""What Pydantic runs when it validates: validators, default factories, nested models.

FastAPI validates a request on the event loop, for `def` routes too, and the response of
an `async def` route.
"""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.project.objects import (
    AnyClass,
    Frame,
    FunctionObject,
    Instance,
    LibraryClass,
    LibraryMethod,
    LibraryObject,
    Object,
    Objects,
    PartialObject,
)
from fastlint.project.symbols import Class, Function
from fastlint.project.types import Types
from fastlint.summaries import (
    Attribute,
    Binding,
    Call,
    Expression,
    Name,
    callee_of,
)

_DECORATORS = ("field_validator", "model_validator", "validator", "root_validator")
_MARKERS = ("BeforeValidator", "AfterValidator", "WrapValidator", "PlainValidator")


class Validation:
    """Finds the code of the project that validating a model runs."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._known: dict[AnyClass, tuple[Object, ...]] = {}

    def is_model(self, cls: AnyClass) -> bool:
        """Whether a class is a model that validates its fields."""
        return any(
            isinstance(base, LibraryClass) and base.entry is not None and base.entry.model
            for base in self._types.classes.order(cls)
        )

    def runs(self, cls: AnyClass) -> tuple[Object, ...]:
        """The callables that validation of a model runs, nested models included."""
        found = self._known.get(cls)
        if found is None:
            self._known[cls] = ()
            found = self._known[cls] = tuple(dict.fromkeys(self._runs(cls)))
        return found

    def _runs(self, cls: AnyClass) -> Iterator[Object]:
        if not isinstance(cls, Class) or not self.is_model(cls):
            return
        for base in self._types.classes.order(cls):
            if not isinstance(base, Class):
                continue
            for method in self._types.classes.methods(base):
                if self._is_validator(method):
                    yield self._bound(method, cls)
            frame = self._types.class_frame(base, None)
            for binding in base.block.bindings:
                yield from self._run_by_field(binding, frame)

    def _bound(self, method: Function, cls: Class) -> Object:
        types = self._types
        this = types.instance(cls, exact=True)
        receiver = types.class_of(this) if types.method_kind(method) == "class" else this
        return types.intern(FunctionObject, method, types.enclosing_frame(method), receiver, True)

    def _is_validator(self, method: Function) -> bool:
        if method.name == "model_post_init":
            return True
        frame = self._types.defining_frame(method)
        for decorator in method.summary.decorators:
            callee = callee_of(decorator)
            match callee:
                case Name(id=name) | Attribute(name=name) if name in _DECORATORS:
                    return any(map(_is_of_pydantic, self._types.evaluate(callee, frame)))
        return False

    def _run_by_field(self, binding: Binding, frame: Frame) -> Iterator[Object]:
        if isinstance(binding.value, Call):
            yield from self._argument(binding.value, "default_factory", frame)
        if binding.annotation is not None:
            yield from self.run_by_annotation(binding.annotation, frame)

    def run_by_annotation(self, annotation: Expression, frame: Frame) -> Iterator[Object]:
        """What validating a value against an annotation runs."""
        for marker, where in self._types.annotations.metadata(annotation, frame, of_items=True):
            if not isinstance(marker, Call):
                continue
            match marker.callee:
                case Name(id=name) | Attribute(name=name) if name in _MARKERS:
                    if marker.arguments:
                        yield from self._callables(marker.arguments[0].value, where)
            yield from self._argument(marker, "default_factory", where)
        yield from self.run_by(self._types.annotations.declared(annotation, frame))

    def run_by(self, objects: Objects, depth: int = 3) -> Iterator[Object]:
        """What validating instances like these runs; items of containers, too."""
        for item in objects:
            if not isinstance(item, Instance):
                continue
            yield from self.runs(item.cls)
            for group in item.arguments if depth else ():
                yield from self.run_by(group, depth - 1)

    def _argument(self, call: Call, name: str, frame: Frame) -> Iterator[Object]:
        for argument in call.arguments:
            if argument.name == name:
                yield from self._callables(argument.value, frame)

    def _callables(self, expression: Expression, frame: Frame) -> Iterator[Object]:
        for item in self._types.evaluate(expression, frame):
            if isinstance(item, (FunctionObject, LibraryMethod, LibraryObject, PartialObject)):
                yield item


def _is_of_pydantic(item: Object) -> bool:
    match item:
        case LibraryObject(name=name):
            return name.startswith("pydantic.")
    return True
