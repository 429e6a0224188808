"""Which texts tell of the inside of the program: those of exceptions that nobody expected,
or that a driver or client has raised, and tracebacks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from fastlint.project.frameworks.answers import Answers
from fastlint.project.frameworks.exceptions import Exceptions
from fastlint.project.frameworks.fastapi import Application, ExceptionHandler
from fastlint.project.objects import ClassObject, Frame, FunctionObject, LibraryObject
from fastlint.project.passing import Passing
from fastlint.project.symbols import Function
from fastlint.project.types import Types
from fastlint.project.wording import written
from fastlint.summaries import (
    Attribute,
    Await,
    BindingKind,
    Boolean,
    Call,
    Caught,
    Comprehension,
    Conditional,
    Expression,
    Format,
    Literal,
    Merged,
    Name,
    Narrowed,
    Operation,
    Parameter,
    ParameterValue,
    Sequence,
    Subscript,
)
from fastlint.summaries import Mapping as Display

_DEEPEST = 12
_TEXT_OF = ("getattr", "repr", "str")
_CARRYING = ("dict", "dumps", "jsonable_encoder", "list")
"""What passes on the texts that it is given."""

_TELLING = ("args", "message", "orig")
"""Attributes of exceptions that hold their text."""

_HIDING = re.compile(r"anonymi|mask|obfuscat|redact|safe|saniti|scrub", re.IGNORECASE)
"""Functions that take out of a text what is nobody's business."""

_MODE = re.compile(
    r"debug|develop|environment|expose|production|stack_?trace|staging|testing|traceback|verbose"
    r"|(?<![a-z])(dev|env|local|prod|test)(?![a-z])",
    re.IGNORECASE,
)
"""What tests are about that ask how the program is run."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """An exception whose text is sent, or a call that gives a traceback."""

    name: str | None
    """of the exception; None for a traceback"""
    frame: Frame
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Scope:
    """A frame, below a call of its function with these arguments, if they are known."""

    frame: Frame
    arguments: Mapping[str, tuple[Expression, _Scope]] | None = None
    depth: int = 0


class Disclosures:
    """Follows what clients get to see back to exceptions."""

    def __init__(
        self,
        types: Types,
        application: Application,
        passing: Passing,
        exceptions: Exceptions,
        answers: Answers,
    ) -> None:
        self._types = types
        self._application = application
        self._passing = passing
        self._exceptions = exceptions
        self._answers = answers
        self._of_variables: dict[tuple[Frame, int, bool], tuple[Disclosure, ...]] = {}
        self._of_functions: dict[Function, tuple[Disclosure, ...]] = {}
        self._of_parameters: dict[Parameter, tuple[Disclosure, ...]] = {}

    @cached_property
    def all(self) -> tuple[Disclosure, ...]:
        """Every text that a client gets to see, each once."""
        found = {
            (one.frame.module.path, one.start): one
            for answer in self._answers.all
            if not _is_restricted(answer.guards, answer.frame)
            for one in self._told(answer.expression, _Scope(answer.frame))
        }
        return tuple(found[place] for place in sorted(found))

    # --- texts ---

    def _told(self, expression: Expression, scope: _Scope) -> Iterator[Disclosure]:
        """What a text, or data, tells of exceptions."""
        match expression:
            case Name(definitions=definitions):
                for index in definitions:
                    for one in self._bound(index, scope):
                        yield _moved(one, expression, scope.frame)
            case Format(parts=parts):
                yield from self._shown(parts, scope)
            case Operation(operator="+", operands=operands) | Boolean(values=operands):
                for operand in operands:
                    yield from self._told(operand, scope)
            case Operation(operator="%", operands=(_, values)):
                yield from self._shown(_items(values), scope)
            case Sequence() | Display():
                for item in _items(expression):
                    yield from self._told(item, scope)
            case Comprehension(element=inner) | Await(value=inner):
                yield from self._told(inner, scope)
            case Attribute(value=inner, name=name) if name in _TELLING:
                yield from self._raised(inner, scope)
            case Subscript(value=inner):
                yield from self._told(inner, scope)
            case Conditional(test=test, then=then, otherwise=otherwise):
                if not _restricts(test, scope.frame, positive=True):
                    yield from self._told(then, scope)
                if not _restricts(test, scope.frame, positive=False):
                    yield from self._told(otherwise, scope)
            case Call():
                yield from self._called(expression, scope)

    def _shown(self, parts: tuple[Expression, ...], scope: _Scope) -> Iterator[Disclosure]:
        """What is told by things that are turned into text."""
        for part in parts:
            yield from self._raised(part, scope)
            yield from self._told(part, scope)

    def _bound(self, index: int, scope: _Scope) -> tuple[Disclosure, ...]:
        """What the text tells that a variable holds; the same wherever it is used, unless a
        call is followed that tells something."""
        if scope.arguments:
            return tuple(self._held(index, scope))
        key = (scope.frame, index, scope.arguments is None)
        found = self._of_variables.get(key)
        if found is None:
            self._of_variables[key] = ()  # for a variable that is made of itself
            found = self._of_variables[key] = tuple(self._held(index, scope))
        return found

    def _held(self, index: int, scope: _Scope) -> Iterator[Disclosure]:
        binding = scope.frame.block.bindings[index]
        if scope.depth > _DEEPEST or _is_restricted(binding.guards, scope.frame):
            return
        deeper = _Scope(scope.frame, scope.arguments, scope.depth + 1)
        match binding.value:
            case Caught():
                return
            case ParameterValue(index=position):
                yield from self._passed(position, scope)
            case Merged(definitions=definitions):
                for inner in definitions:
                    yield from self._bound(inner, deeper)
            case value:
                yield from self._told(value, deeper)

    def _passed(self, position: int, scope: _Scope) -> Iterator[Disclosure]:
        """What is told by the text that a call gives for a parameter."""
        assert scope.frame.function is not None
        parameter = scope.frame.function.summary.parameters[position]
        passed = (scope.arguments or {}).get(parameter.name)
        if passed is not None:
            yield from self._told(*passed)

    def _called(self, call: Call, scope: _Scope) -> Iterator[Disclosure]:
        given = tuple(argument.value for argument in call.arguments)
        if _HIDING.search((written(call.callee) or "").rpartition(".")[2]):
            return
        match call.callee:
            case Name(id=name) if name in _TEXT_OF:
                yield from self._shown(given, scope)
            case Attribute(name="format"):
                yield from self._shown(given, scope)
            case Name(id=name) | Attribute(name=name) if name in (*_CARRYING, "join"):
                for value in given:
                    yield from self._told(value, scope)
            case Attribute(value=inner, name="__repr__" | "__str__"):
                yield from self._raised(inner, scope)
            case Attribute(value=inner):
                yield from self._told(inner, scope)
        for callee in self._types.evaluate(call.callee, scope.frame):
            match callee:
                case LibraryObject(name=name) if self._is_internal(name):
                    yield Disclosure(None, scope.frame, call.start, call.end)
                case ClassObject() if not self._answers.is_answer(callee) and _is_data(call):
                    for value in given:
                        yield from self._told(value, scope)
                case FunctionObject(certain=True):
                    yield from self._returned(call, callee, scope)

    def _is_internal(self, name: str) -> bool:
        behaviour = self._types.catalogue.callables.get(name)
        return behaviour is not None and behaviour.internal

    def _returned(self, call: Call, callee: FunctionObject, scope: _Scope) -> Iterator[Disclosure]:
        """What is told by the text that a function of the project makes: of exceptions that it
        handles itself, and of what it is given."""
        function = callee.function
        if scope.depth > _DEEPEST or function.is_generator:
            return
        if function not in self._of_functions:
            self._of_functions[function] = ()  # for a function that calls itself
            self._of_functions[function] = tuple(self._made_by(function, {}, scope.depth))
        yield from self._of_functions[function]
        given = self._passing.arguments(call, callee)
        telling = {
            name: (value, scope) for name, value in given.items() if self._tells(value, scope)
        }
        if telling:
            yield from self._made_by(function, telling, scope.depth)

    def _tells(self, value: Expression, scope: _Scope) -> bool:
        return any(True for _ in self._shown((value,), scope))

    def _made_by(
        self, function: Function, arguments: Mapping[str, tuple[Expression, _Scope]], depth: int
    ) -> Iterator[Disclosure]:
        inner = _Scope(self._types.generic_frame(function), arguments, depth + 1)
        for item in function.block.returns:
            if item.value is not None and not _is_restricted(item.guards, inner.frame):
                yield from self._told(item.value, inner)

    # --- exceptions ---

    def _raised(self, expression: Expression, scope: _Scope) -> Iterator[Disclosure]:
        """The exception that an expression is, where nobody knows what it says."""
        if not isinstance(expression, Name) or scope.depth > _DEEPEST:
            return
        for index in expression.definitions:
            yield from self._caught(index, expression, scope)

    def _caught(self, index: int, name: Name, scope: _Scope) -> Iterator[Disclosure]:
        deeper = _Scope(scope.frame, scope.arguments, scope.depth + 1)
        match scope.frame.block.bindings[index].value:
            case Caught(types=types) if self._exceptions.is_unexpected(types, scope.frame):
                yield Disclosure(name.id, scope.frame, name.start, name.end)
            case Narrowed(value=inner, test=test, positive=False):
                # A function that looks what it is given decides what to say of the rest.
                if scope.arguments is None and not self._is_for_all(test, scope.frame):
                    yield from self._renamed(inner, name, deeper)
            case Name() as inner:
                yield from self._renamed(inner, name, deeper)
            case Merged(definitions=definitions) if scope.depth <= _DEEPEST:
                for inner_index in definitions:
                    yield from self._caught(inner_index, name, deeper)
            case ParameterValue(index=position):
                yield from self._handed(position, name, deeper)

    def _renamed(self, inner: Expression, name: Name, scope: _Scope) -> Iterator[Disclosure]:
        for one in self._raised(inner, scope):
            yield _moved(one, name, scope.frame)

    def _is_for_all(self, test: Call, frame: Frame) -> bool:
        """Whether what fails this `isinstance` is no exception."""
        return len(test.arguments) == 2 and self._exceptions.names_all(
            test.arguments[1].value, frame
        )

    def _handed(self, position: int, name: Name, scope: _Scope) -> Iterator[Disclosure]:
        """The exception that a function is given: by a call, or because it handles such."""
        function = scope.frame.function
        assert function is not None
        parameter = function.summary.parameters[position]
        if scope.arguments is not None:
            passed = scope.arguments.get(parameter.name)
            if passed is not None:
                yield from self._raised(*passed)
        elif position == int(function.owner is not None) + 1 and function in self._handling:
            yield Disclosure(name.id, scope.frame, name.start, name.end)
        else:
            yield from self._passed_by_callers(parameter, function, scope.depth)

    def _passed_by_callers(
        self, parameter: Parameter, function: Function, depth: int
    ) -> tuple[Disclosure, ...]:
        if parameter not in self._of_parameters:
            self._of_parameters[parameter] = ()  # for a function that calls itself
            self._of_parameters[parameter] = tuple(
                one
                for value, caller in self._passing.passed_for(parameter, function)
                for one in self._raised(value, _Scope(caller.frame, depth=depth + 1))
            )
        return self._of_parameters[parameter]

    @cached_property
    def _handling(self) -> frozenset[Function]:
        """The functions that handle exceptions which nobody expected."""
        return frozenset(
            item.function
            for handler in self._application.exception_handlers
            if self._is_for_any(handler)
            for item in handler.targets
            if isinstance(item, FunctionObject)
        )

    def _is_for_any(self, handler: ExceptionHandler) -> bool:
        match handler.raised:
            case Literal(value=500):
                return True
        return self._exceptions.is_unexpected(handler.raised, handler.frame)


def _moved(one: Disclosure, name: Name, frame: Frame) -> Disclosure:
    """The same, at the variable that holds it in this frame."""
    return replace(one, start=name.start, end=name.end) if one.frame is frame else one


def _is_data(call: Call) -> bool:
    """Whether what is called may be a class of data, by its name."""
    name = written(call.callee) or ""
    return name.rpartition(".")[2][:1].isupper()


def _items(expression: Expression) -> tuple[Expression, ...]:
    """The items of a display; of anything else, itself."""
    match expression:
        case Sequence(items=items):
            return items
        case Display(items=pairs):
            return tuple(value for _, value in pairs)
    return (expression,)


def _is_restricted(guards: tuple[int, ...], frame: Frame) -> bool:
    """Whether code runs only for some exceptions, or in some mode of the program."""
    tests = (frame.block.guards[index] for index in guards)
    return any(_restricts(one.test, frame, positive=one.positive) for one in tests)


def _restricts(test: Expression, frame: Frame, *, positive: bool) -> bool:
    return _is_about_mode(test) or (positive and _is_about_kind(test, frame))


def _is_about_kind(test: Expression, frame: Frame) -> bool:
    """Whether a test asks for the type of an exception, or for what it says."""
    match test:
        case Operation(operator="is" | "==" | "in", operands=operands):
            return any(_is_text_or_type(one, frame) for one in operands)
        case Call(callee=Name(id="isinstance"), arguments=(argument, *_)):
            return _may_be_caught(argument.value, frame)
        case Call(callee=Attribute(value=text)):
            return _is_text_or_type(text, frame)
        case Boolean(operator="and", values=values):
            return any(_is_about_kind(one, frame) for one in values)
        case Boolean(values=values):
            return all(_is_about_kind(one, frame) for one in values)
    return False


def _may_be_caught(value: Expression, frame: Frame) -> bool:
    """Whether a variable may hold an exception that is handled, or given."""
    kinds = (BindingKind.EXCEPT, BindingKind.NARROWED, BindingKind.PARAMETER)
    return isinstance(value, Name) and any(
        frame.block.bindings[index].kind in kinds for index in value.definitions
    )


def _is_text_or_type(value: Expression, frame: Frame, depth: int = _DEEPEST) -> bool:
    match value:
        case Call(callee=Name(id="str" | "type")):
            return True
        case Call(callee=Attribute(value=inner)):
            return _is_text_or_type(inner, frame, depth)
        case Name(definitions=(index,)) if depth:
            return _is_text_or_type(frame.block.bindings[index].value, frame, depth - 1)
    return False


def _is_about_mode(test: Expression) -> bool:
    match test:
        case Name(id=name):
            return _MODE.search(name) is not None
        case Attribute(value=value, name=name):
            return _MODE.search(name) is not None or _is_about_mode(value)
        case Literal(value=str() as text):
            return _MODE.search(text) is not None
        case Operation(operands=parts) | Boolean(values=parts):
            return any(map(_is_about_mode, parts))
        case Call(callee=callee, arguments=arguments):
            return _is_about_mode(callee) or any(_is_about_mode(one.value) for one in arguments)
    return False
