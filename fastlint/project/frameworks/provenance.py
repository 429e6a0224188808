"""What of a text somebody else decides on: a request, or whoever calls a function.

The question is asked backwards: from a text to the parameters that are written into it, and
on to the arguments of their callers, over files. Whatever is not known to be given is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from fastlint.project.frameworks.fastapi import Application
from fastlint.project.frameworks.pydantic import BASE_MODEL
from fastlint.project.objects import (
    NONE,
    Alias,
    Frame,
    FunctionObject,
    Instance,
    LibraryObject,
    Objects,
    TextObject,
)
from fastlint.project.passing import Passing
from fastlint.project.symbols import Class, Function
from fastlint.project.types import Types
from fastlint.project.wording import name_of_callee, written
from fastlint.summaries import (
    Attribute,
    Await,
    Boolean,
    Call,
    Comprehension,
    Conditional,
    Expression,
    Format,
    Item,
    Literal,
    Name,
    Operation,
    Parameter,
    ParameterValue,
    Sequence,
    Subscript,
)
from fastlint.summaries import Mapping as Display


@dataclass(frozen=True, slots=True)
class Given:
    """A part of a text that somebody else decides on."""

    name: str
    """the parameter, or what is taken of it, as the code calls it"""
    by_request: bool
    """whether a request brings it; else whoever calls the function"""


@dataclass(frozen=True, slots=True)
class _Place:
    """An expression in a frame, below a call of its function with these arguments."""

    expression: Expression
    frame: Frame
    arguments: Mapping[str, _Place] | None = None
    depth: int = 0

    def of(self, expression: Expression) -> _Place:
        return _Place(expression, self.frame, self.arguments, self.depth + 1)


_DEEPEST = 16
_HARMLESS = frozenset(
    {
        "builtins.bool",
        "builtins.float",
        "builtins.int",
        "datetime.date",
        "datetime.datetime",
        "datetime.time",
        "datetime.timedelta",
        "decimal.Decimal",
        "enum.Enum",
        "uuid.UUID",
    }
)
"""Types whose values are no text of anybody's choice."""

_REQUEST = frozenset(
    {
        "starlette.datastructures.FormData",
        "starlette.datastructures.Headers",
        "starlette.datastructures.QueryParams",
    }
)
_SAME = ("lower", "lstrip", "rstrip", "strip", "title", "upper")
"""Methods of a text that leave it as it is, more or less."""

_TESTING = ("fullmatch", "isalnum", "isalpha", "isdecimal", "isdigit", "isidentifier", "match")


_Follow = Callable[["_Place"], Iterator[Given]]


class Provenance:
    """Follows texts back to where they come from."""

    def __init__(self, types: Types, application: Application, passing: Passing) -> None:
        self._types = types
        self._application = application
        self._passing = passing

    def inserted(self, expression: Expression, frame: Frame) -> Iterator[Given]:
        """What is written into the text that an expression builds, if somebody else decides
        on it. A text that is given as a whole is not built here."""
        yield from self._built(_Place(expression, frame))

    def writers(
        self, expression: Expression, frame: Frame, call: Call, depth: int = 0
    ) -> Iterator[tuple[Expression, Frame, Call]]:
        """Where the text is written that is given to a call: there or, where a parameter is
        handed on, at the calls of the function around it."""
        match expression:
            case Name(definitions=(index,)) if depth < _DEEPEST:
                value = frame.block.bindings[index].value
                if isinstance(value, ParameterValue) and frame.function is not None:
                    parameter = frame.function.summary.parameters[value.index]
                    for passed, outer in self._passing.passed_for(parameter, frame.function):
                        yield from self.writers(passed, outer.frame, outer.call, depth + 1)
                    return
        yield expression, frame, call

    # --- texts that are put together ---

    def _built(self, place: _Place) -> Iterator[Given]:
        if place.depth > _DEEPEST:
            return
        match place.expression:
            case Name(definitions=definitions):
                for index in definitions:
                    value = place.frame.block.bindings[index].value
                    if not isinstance(value, ParameterValue):
                        yield from self._built(place.of(value))
            case Conditional(then=then, otherwise=otherwise):
                yield from self._built(place.of(then))
                yield from self._built(place.of(otherwise))
            case Call(callee=Attribute(value=text, name=name)) if name in _SAME:
                yield from self._built(place.of(text))
            case Call() as call if self._functions(call, place):
                yield from self._returned(call, place, self._built)
            case _:
                for part in self._parts(place):
                    yield from self._given(part)

    def _parts(self, place: _Place) -> Iterator[_Place]:
        """What an expression puts together to a text."""
        match place.expression:
            case Format(parts=parts):
                yield from map(place.of, parts)
            case Operation(operator="+", operands=operands):
                yield from map(place.of, operands)
            case Operation(operator="%", operands=(text, values)) if self._is_text(text, place):
                yield from map(place.of, _items(values))
            case Call(callee=Attribute(value=text, name="format"), arguments=arguments):
                yield place.of(text)
                yield from (place.of(argument.value) for argument in arguments)
            case Call(callee=Attribute(name="join"), arguments=(argument,)):
                yield from map(place.of, _items(argument.value))
                yield from map(place.of, _collected(argument.value, place.frame))

    def _is_text(self, expression: Expression, place: _Place) -> bool:
        objects = self._types.evaluate(expression, place.frame)
        return isinstance(expression, Format) or any(
            isinstance(item, TextObject)
            or (isinstance(item, Instance) and item.cls.name == "builtins.str")
            for item in objects
        )

    def _functions(self, call: Call, place: _Place) -> list[FunctionObject]:
        """The functions of the project that a call runs, if these are all."""
        callees = self._types.evaluate(call.callee, place.frame)
        found = [item for item in callees if isinstance(item, FunctionObject)]
        return found if len(found) == len(callees) else []

    def _returned(self, call: Call, place: _Place, follow: _Follow) -> Iterator[Given]:
        """What functions of the project make of their arguments."""
        for callee in self._functions(call, place):
            function = callee.function
            arguments = {
                name: place.of(value)
                for name, value in self._passing.arguments(call, callee).items()
            }
            frame = self._types.generic_frame(function)
            for item in function.block.returns:
                if item.value is not None:
                    yield from follow(_Place(item.value, frame, arguments, place.depth + 1))

    # --- parts of texts ---

    def _given(self, place: _Place) -> Iterator[Given]:
        if place.depth > _DEEPEST or isinstance(place.expression, Literal):
            return
        if self._is_harmless(self._types.evaluate(place.expression, place.frame)):
            return
        match place.expression:
            case Name(definitions=definitions):
                for index in definitions:
                    yield from self._bound(place, place.frame.block.bindings[index].value)
            case (
                Attribute(value=owner)
                | Subscript(value=owner)
                | Call(callee=Attribute(value=owner, name="get"))
            ) if self._is_of_request(place.of(owner)):
                yield Given(written(place.expression) or written(owner) or "the request", True)
            case Conditional(then=then, otherwise=otherwise):
                yield from self._given(place.of(then))
                yield from self._given(place.of(otherwise))
            case Boolean(values=values):
                for value in values:
                    yield from self._given(place.of(value))
            case Comprehension(element=element):
                yield from self._given(place.of(element))
            case Call(callee=Name(id="str"), arguments=(argument,)):
                yield from self._given(place.of(argument.value))
            case Call(callee=Attribute(value=text, name=name)) if name in _SAME:
                yield from self._given(place.of(text))
            case Call() as call if self._functions(call, place):
                yield from self._returned(call, place, self._given)
            case _:
                for part in self._parts(place):
                    yield from self._given(part)

    def _bound(self, place: _Place, value: Expression) -> Iterator[Given]:
        match value:
            case ParameterValue(index=index):
                yield from self._parameter(place, index)
            case Item(value=iterated):
                yield from self._given(place.of(iterated))
            case _:
                yield from self._given(place.of(value))

    def _is_harmless(self, objects: Objects) -> bool:
        """Whether these are numbers, times and the like, which hold no text of one's choice."""
        return bool(objects) and all(
            item is NONE
            or (
                isinstance(item, Instance)
                and self._types.classes.derives_from(item.cls, *_HARMLESS)
            )
            for item in objects
        )

    # --- parameters ---

    def _parameter(self, place: _Place, index: int) -> Iterator[Given]:
        function = place.frame.function
        assert function is not None
        parameter = function.summary.parameters[index]
        if place.arguments is not None:
            if parameter.name in place.arguments:
                yield from self._given(place.arguments[parameter.name])
            return
        if self._is_tested(parameter.name, place.frame) or self._is_chosen(parameter, function):
            return
        if function in self._entries:
            if not self._is_dependency(parameter, function):
                yield Given(parameter.name, by_request=True)
            return
        found = [
            given
            for value in self._passed_for(parameter, function, place.depth)
            for given in self._given(value)
        ]
        if found:
            yield Given(parameter.name, any(given.by_request for given in found))
        elif not self._passing.is_called(function) and self._is_plain_text(parameter, function):
            yield Given(parameter.name, by_request=False)

    def _is_tested(self, name: str, frame: Frame) -> bool:
        """Whether some condition of a function looks at the text of a parameter."""
        return any(self._looks_at(guard.test, name, frame) for guard in frame.block.guards)

    def _looks_at(self, test: Expression, name: str, frame: Frame) -> bool:
        match test:
            case Operation(operator="in" | "not in" | "==" | "!=", operands=operands):
                return any(isinstance(item, Name) and item.id == name for item in operands)
            case Operation(operands=operands) | Boolean(values=operands):
                return any(self._looks_at(item, name, frame) for item in operands)
            case Call(callee=Attribute(value=Name(id=owner), name=method)) if owner == name:
                return method in _TESTING
            case Call(callee=callee, arguments=arguments):
                callees = self._types.evaluate(callee, frame)
                method = next(filter(None, map(name_of_callee, callees)), written(callee) or "")
                method = method.rpartition(".")[2]
                return (method in _TESTING or "valid" in method.lower()) and any(
                    isinstance(argument.value, Name) and argument.value.id == name
                    for argument in arguments
                )
        return False

    def _is_chosen(self, parameter: Parameter, function: Function) -> bool:
        """Whether a parameter takes only some texts: a `Literal`, or what a pattern matches."""
        frame = self._types.defining_frame(function)
        for call, _ in self._application.markers(parameter, frame):
            if any(argument.name in ("pattern", "regex") for argument in call.arguments):
                return True
        annotation = parameter.annotation
        return annotation is not None and self._is_literal(annotation, frame)

    def _is_literal(self, annotation: Expression, frame: Frame) -> bool:
        match annotation:
            case Subscript(value=value, index=index):
                if any(_is_typing(item, "Literal") for item in self._types.evaluate(value, frame)):
                    return True
                inner = index.items if isinstance(index, Sequence) else (index,)
                return any(self._is_literal(one, frame) for one in inner)
            case Operation(operator="|", operands=operands):
                return any(self._is_literal(one, frame) for one in operands)
            case Name() | Attribute():
                return any(
                    isinstance(item, Alias) and self._is_literal(item.expression, item.frame)
                    for item in self._types.evaluate(annotation, frame)
                )
        return False

    def _is_plain_text(self, parameter: Parameter, function: Function) -> bool:
        """Whether a parameter that nobody is seen to pass is declared as a text, and is called
        like a value: names of tables, and parts of SQL, have to be written into it."""
        if parameter.annotation is None or _NO_VALUE.search(parameter.name):
            return False
        frame = self._types.defining_frame(function)
        declared = self._types.without_none(
            self._types.annotations.declared(parameter.annotation, frame)
        )
        return bool(declared) and all(
            isinstance(item, Instance) and item.cls.name == "builtins.str" for item in declared
        )

    def _is_dependency(self, parameter: Parameter, function: Function) -> bool:
        frame = self._types.defining_frame(function)
        return any(
            self._types.invocations.is_injection(call, where)
            for call, where in self._application.markers(parameter, frame)
        )

    def _passed_for(self, parameter: Parameter, function: Function, depth: int) -> Iterator[_Place]:
        for value, caller in self._passing.passed_for(parameter, function):
            yield _Place(value, caller.frame, depth=depth + 1)

    # --- requests ---

    @cached_property
    def _entries(self) -> frozenset[Function]:
        """The functions whose parameters a request fills: routes, and what they depend on."""
        waiting = [route.function for route in self._application.routes]
        found: set[Function] = set()
        while waiting:
            function = waiting.pop()
            if function is None or function in found:
                continue
            found.add(function)
            frame = self._types.defining_frame(function)
            waiting += [
                item.function
                for item in self._application.dependencies_of(function, frame)
                if isinstance(item, FunctionObject)
            ]
        return frozenset(found)

    def _is_of_request(self, place: _Place) -> bool:
        """Whether an object is the body of a request, or a part of the request."""
        objects = self._types.evaluate(place.expression, place.frame)
        if any(isinstance(item, Instance) and item.cls.name in _REQUEST for item in objects):
            return True
        match place.expression:
            case (
                Attribute(value=owner, name="cookies" | "path_params")
                | Await(value=Call(callee=Attribute(value=owner, name="body" | "form" | "json")))
            ):
                return any(
                    isinstance(item, Instance) and item.cls.name == "starlette.requests.Request"
                    for item in self._types.evaluate(owner, place.frame)
                )
            case Name(definitions=definitions) if place.depth <= _DEEPEST:
                values = [place.frame.block.bindings[index].value for index in definitions]
                return any(self._holds_request(place, value, objects) for value in values)
        return False

    def _holds_request(self, place: _Place, value: Expression, objects: Objects) -> bool:
        if not isinstance(value, ParameterValue):
            return self._is_of_request(place.of(value))
        function = place.frame.function
        assert function is not None
        parameter = function.summary.parameters[value.index]
        if place.arguments is not None:
            passed = place.arguments.get(parameter.name)
            return passed is not None and self._is_of_request(passed)
        if not any(
            isinstance(item, Instance)
            and isinstance(item.cls, Class)
            and self._types.classes.derives_from(item.cls, BASE_MODEL)
            for item in objects
        ):
            return False
        if function in self._entries:
            return not self._is_dependency(parameter, function)
        return any(map(self._is_of_request, self._passed_for(parameter, function, place.depth)))


def _items(values: Expression) -> tuple[Expression, ...]:
    """The items of a display; of anything else, itself."""
    match values:
        case Sequence(items=items):
            return items
        case Display(items=entries):
            return tuple(value for _, value in entries)
    return (values,)


def _collected(value: Expression, frame: Frame) -> Iterator[Expression]:
    """What a list holds that is bound to a variable, and what is appended to it."""
    if not isinstance(value, Name) or not value.definitions:
        return
    block, bound = frame.block, set(value.definitions)
    for index in value.definitions:
        if isinstance(block.bindings[index].value, Sequence):
            yield from _items(block.bindings[index].value)
    for call in block.calls:
        match call.callee, call.arguments:
            case Attribute(value=Name() as owner, name="append"), (argument,):
                if bound & set(owner.definitions):
                    yield argument.value


def _is_typing(item: object, name: str) -> bool:
    return isinstance(item, LibraryObject) and item.name == f"typing.{name}"


_NO_VALUE = re.compile(
    r"table|schema|column|field|index|view|sequence|database|db_?name|role|owner|sql|query|"
    r"statement|where|clause|condition|filter|order|sort|expression|prefix|suffix|dialect"
)
