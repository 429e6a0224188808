"""What type expressions stand for: annotations, their aliases, and type variables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.project.objects import (
    ANYTHING,
    NONE,
    Alias,
    ClassObject,
    Frame,
    Instance,
    LibraryClass,
    LibraryObject,
    Object,
    Objects,
    TypeVariable,
    known,
    object_name,
    union,
)
from fastlint.project.symbols import Class, Function
from fastlint.summaries import (
    Attribute,
    Call,
    Container,
    Expression,
    Literal,
    Name,
    Operation,
    Sequence,
    Subscript,
)

if TYPE_CHECKING:
    from fastlint.project.types import Types

_ANNOTATED = ("typing.Annotated", "typing_extensions.Annotated")
_TRANSPARENT = ("ClassVar", "Final", "Required", "NotRequired", "ReadOnly", "InitVar")


class Annotations:
    """Reads type expressions, for `types`."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._type_variables: dict[Class, tuple[str, ...]] = {}

    def declared(
        self, expression: Expression, frame: Frame, holder: Frame | None = None
    ) -> Objects:
        """The instances that a type expression stands for. `holder` is the frame of the
        function whose signature it stands in, for type variables."""
        table = (holder or frame).annotations
        key = id(expression)
        found = table.get(key)
        if found is None:
            table[key] = ()
            found = table[key] = union([self._declared(expression, frame, holder)])
        return found

    def _declared(self, expression: Expression, frame: Frame, holder: Frame | None) -> Objects:
        match expression:
            case Literal(value=None, ellipsis=False):
                return (NONE,)
            case Literal(value=str()):
                return (self._types.builtin("str"),)
            case Operation(operator="|", operands=operands):
                return union(self.declared(operand, frame, holder) for operand in operands)
            case Subscript():
                heads = self._types.evaluate(expression.value, frame)
                return union(
                    self._declared_generic(head, expression, frame, holder) for head in heads
                )
            case Name(id=name) if holder and (
                variable := self._types.own_type_variable(name, holder)
            ):
                return union(self._declared_object(item, holder) for item in variable)
            case Name() | Attribute():
                objects = self._types.evaluate(expression, frame)
                return union(self._declared_object(item, holder or frame) for item in objects)
            case Call():
                return self._declared_call(expression, frame)
        return ANYTHING

    def _declared_call(self, expression: Call, frame: Frame) -> Objects:
        """`NewType("UserId", int)` and calls that return a class."""
        return union(
            (self._types.instance(item.cls, item.arguments),)
            if isinstance(item, ClassObject)
            else ANYTHING
            for item in self._types.evaluate(expression, frame)
        )

    def _declared_object(self, item: Object, frame: Frame) -> Objects:
        match item:
            case ClassObject(cls=cls, arguments=arguments):
                if isinstance(cls, LibraryClass):
                    return self._declared_library(cls.name, arguments)
                return (self._types.instance(cls, arguments),)
            case LibraryObject(name=name):
                return self._declared_library(name, ())
            case Alias():
                return self.declared(item.expression, item.frame)
            case TypeVariable():
                return self.type_variable(item, frame)
            case item if item is NONE:
                return (NONE,)
        return ANYTHING

    def _declared_library(self, name: str, arguments: tuple[Objects, ...]) -> Objects:
        short = name.removeprefix("typing.")
        if short == name:
            return (self._types.instance(self._types.library_class(name), arguments),)
        if short in ("Any", "AnyStr", "Optional", "Union", "TypeAlias", "Literal"):
            return ANYTHING
        if short == "Callable":
            return (self._types.instance(self._types.library_class(name), (ANYTHING,)),)
        if short in (*_TRANSPARENT, "Self", "Protocol"):
            return ANYTHING
        return (self._types.instance(self._types.library_class(name), arguments),)

    def _declared_generic(
        self, head: Object, expression: Subscript, frame: Frame, holder: Frame | None
    ) -> Objects:
        parts = indexes(expression.index)
        name = object_name(head)
        short = name.removeprefix("typing.").removeprefix("builtins.")
        if short in ("Optional", "Union"):
            groups = [self.declared(index, frame, holder) for index in parts]
            return union([*groups, (NONE,)] if short == "Optional" else groups)
        if short == "Annotated":
            injected = self._types.injected_by(expression, frame)
            if self._types.is_concrete(injected):
                return injected
            return self.declared(parts[0], frame, holder)
        if short in _TRANSPARENT:
            return self.declared(parts[0], frame, holder)
        if short in ("type", "Type"):
            return union(
                (self._types.class_object(item.cls, item.arguments, exact=False),)
                if isinstance(item, Instance)
                else ANYTHING
                for item in self.declared(parts[0], frame, holder)
            )
        if short == "Literal":
            return (self._types.builtin("str"),)
        arguments = tuple(self.declared(index, frame, holder) for index in parts)
        if short == "Callable":
            result = arguments[-1] if arguments else ANYTHING
            return (self._types.instance(self._types.library_class("typing.Callable"), (result,)),)
        if isinstance(head, ClassObject):
            if isinstance(head.cls, LibraryClass):
                if short == "tuple" and len(parts) == 2 and _is_ellipsis(parts[1]):
                    return (self._types.builtin("list", arguments[0]),)
                return self._declared_library(head.cls.name, arguments)
            return (self._types.instance(head.cls, arguments),)
        if isinstance(head, LibraryObject):
            return self._declared_library(name, arguments)
        if isinstance(head, Alias):
            return self.declared(head.expression, head.frame)
        return ANYTHING

    def type_variable(self, variable: TypeVariable, frame: Frame) -> Objects:
        """What a type variable stands for in a frame: by its receiver's type arguments,
        by the arguments passed, by its bound."""
        holder: Frame | None = frame
        while holder is not None:
            found = self._bound_variable(variable, holder)
            if known(found):
                return found
            holder = holder.closure
        return variable.bound or ANYTHING

    def _bound_variable(self, variable: TypeVariable, frame: Frame) -> Objects:
        owner = frame.cls or (frame.function.owner if frame.function is not None else None)
        receiver = frame.receiver
        if owner is not None and isinstance(receiver, (Instance, ClassObject)):
            arguments = self._types.classes.type_arguments(receiver, owner)
            if known(arguments.get(variable.name, ())):
                return arguments[variable.name]
        if frame.function is None:
            return ()
        return self.variable_from(variable.name, frame.function, frame.arguments)

    def variable_from(
        self, name: str, function: Function, arguments: dict[str, Objects]
    ) -> Objects:
        """What the arguments of a call make of a type variable of the signature."""
        return union(
            self._solved(name, parameter.annotation, arguments[parameter.name])
            for parameter in function.summary.parameters
            if parameter.annotation is not None and arguments.get(parameter.name)
        )

    def _solved(self, name: str, annotation: Expression, passed: Objects) -> Objects:
        """What `name` stands for where `annotation` describes what is `passed`."""
        match annotation:
            case Name(id=id_) if id_ == name:
                return self._types.without_none(passed)
            case Operation(operator="|", operands=operands):
                return union(self._solved(name, operand, passed) for operand in operands)
            case Subscript(value=Name(id="type" | "Type"), index=inner):
                made = tuple(
                    self._types.instance(item.cls, item.arguments)
                    for item in passed
                    if isinstance(item, ClassObject)
                )
                return self._solved(name, inner, made)
            case Subscript(value=Name(id="Optional" | "Annotated"), index=inner):
                return self._solved(name, indexes(inner)[0], passed)
            case Subscript(value=Name(id="Callable"), index=inner):
                return self._solved(name, indexes(inner)[-1], self._types.results(passed))
            case Subscript(value=Name(id="Awaitable" | "Coroutine"), index=inner):
                return self._solved(name, indexes(inner)[-1], self._types.awaited(passed))
            case Subscript(index=inner) if passed:
                return self._solved(name, indexes(inner)[-1], self._types.items(passed))
        return ()

    def metadata(
        self, annotation: Expression, frame: Frame, *, of_items: bool = False
    ) -> Iterator[tuple[Expression, Frame]]:
        """What stands behind the type in `Annotated[...]`, written here or under a name, and
        where; with `of_items`, behind the types of a container's items, too."""
        match annotation:
            case Subscript(value=value, index=index):
                first, *rest = indexes(index)
                if self._is_annotated(value, frame):
                    yield from self.metadata(first, frame, of_items=of_items)
                    yield from ((item, frame) for item in rest)
                elif of_items:
                    for part in (first, *rest):
                        yield from self.metadata(part, frame, of_items=True)
            case Name() | Attribute():
                for alias in self._types.evaluate(annotation, frame):
                    if isinstance(alias, Alias):
                        yield from self.metadata(alias.expression, alias.frame, of_items=of_items)

    def _is_annotated(self, value: Expression, frame: Frame) -> bool:
        return any(
            isinstance(item, LibraryObject) and item.name in _ANNOTATED
            for item in self._types.evaluate(value, frame)
        )

    def mentions_variable(self, annotation: Expression, function: Function) -> bool:
        """Whether a type variable stands in an annotation of a function."""
        match annotation:
            case Name():
                frame = self._types.generic_frame(function)
                return any(
                    isinstance(item, TypeVariable)
                    for item in self.lookup_annotation(annotation, frame)
                )
            case Subscript(index=inner):
                return any(self.mentions_variable(part, function) for part in indexes(inner))
            case Operation(operands=operands) | Sequence(items=operands):
                return any(self.mentions_variable(part, function) for part in operands)
        return False

    def lookup_annotation(self, name: Name, frame: Frame) -> Objects:
        """What a name in the signature of a frame's function stands for."""
        variable = self._types.own_type_variable(name.id, frame)
        return variable or self._types.evaluate(name, self._types.definition_frame(frame))

    def type_variables_of(self, cls: Class) -> tuple[str, ...]:
        """The type parameters of a class that uses `Generic[T]` or `Base[T]`."""
        found = self._type_variables.get(cls)
        if found is None:
            self._type_variables[cls] = ()
            names: dict[str, None] = {}
            frame = self._types.defining_frame(cls)
            for base in cls.summary.bases:
                if isinstance(base, Subscript):
                    for index in indexes(base.index):
                        for item in self._types.evaluate(index, frame):
                            if isinstance(item, TypeVariable):
                                names[item.name] = None
            found = self._type_variables[cls] = tuple(names)
        return found

    def substitute(self, objects: Objects, variables: dict[str, Objects]) -> Objects:
        """The objects with type variables replaced."""
        return union(
            variables.get(item.name, ANYTHING) if isinstance(item, TypeVariable) else (item,)
            for item in objects
        )


def indexes(index: Expression) -> tuple[Expression, ...]:
    """The parts of an index: those of a tuple, or the whole."""
    match index:
        case Sequence(kind=Container.TUPLE, items=items):
            return items
    return (index,)


def _is_ellipsis(expression: Expression) -> bool:
    return isinstance(expression, Literal) and expression.ellipsis
