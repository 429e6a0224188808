"""What an expression still needs when it is used after the function around it has returned."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.project.objects import Coroutine, Frame, GeneratorObject
from fastlint.project.types import Types
from fastlint.project.wording import name_of_callee
from fastlint.summaries import (
    Attribute,
    Await,
    Binding,
    BindingKind,
    Call,
    Comprehension,
    Container,
    Expression,
    FunctionReference,
    Item,
    Literal,
    Name,
)

_STREAMING = frozenset(
    {
        "aiter_bytes",
        "aiter_lines",
        "aiter_raw",
        "aiter_text",
        "iter_any",
        "iter_bytes",
        "iter_chunked",
        "iter_chunks",
        "iter_content",
        "iter_lines",
        "iter_raw",
        "iter_text",
    }
)
_LAZY = ("enumerate", "filter", "iter", "map", "zip")
_MOST = 12


class Lifetimes:
    """Follows variables into what reads them later: generators, coroutines, streams."""

    def __init__(self, types: Types) -> None:
        self._types = types

    def needed(self, expression: Expression, frame: Frame) -> Iterator[Binding]:
        """The variables of the block that iterating or awaiting `expression` reads."""
        yield from self._needed(expression, frame, _MOST)

    def _needed(self, expression: Expression, frame: Frame, depth: int) -> Iterator[Binding]:
        if not depth:
            return
        match expression:
            case Name(definitions=(index,)):
                yield from self._variable(frame.block.bindings[index], frame, depth)
            case Item(value=value):
                yield from self._needed(value, frame, depth - 1)
            case Comprehension(kind=Container.GENERATOR, element=element):
                for name in _names(element):
                    yield from self._needed(name, frame, depth - 1)
            case Call():
                yield from self._called(expression, frame, depth)

    def _variable(self, binding: Binding, frame: Frame, depth: int) -> Iterator[Binding]:
        match binding.kind, binding.value:
            case ((BindingKind.WITH | BindingKind.PARAMETER), _):
                yield binding
            case ((BindingKind.ASSIGNED | BindingKind.LOOP), value):
                yield from self._needed(value, frame, depth - 1)

    def _called(self, call: Call, frame: Frame, depth: int) -> Iterator[Binding]:
        match call.callee:
            case Attribute(value=value, name=name) if name in _STREAMING:
                yield from self._owner(value, frame, depth)
                return
            case Name(id=name, definitions=()) if name in _LAZY:
                yield from self._arguments(call, frame, depth)
                return
        results = self._types.evaluate(call, frame)
        if results and all(isinstance(item, (GeneratorObject, Coroutine)) for item in results):
            yield from self._arguments(call, frame, depth)
            yield from self._captured(call.callee, frame)

    def _arguments(self, call: Call, frame: Frame, depth: int) -> Iterator[Binding]:
        for argument in call.arguments:
            yield from self._needed(argument.value, frame, depth - 1)

    def _owner(self, value: Expression, frame: Frame, depth: int) -> Iterator[Binding]:
        """What a stream comes from: a response that is entered, or one that a client has sent
        with `stream=True`."""
        match value:
            case Attribute(value=inner):
                yield from self._owner(inner, frame, depth)
            case Name(definitions=(index,)):
                binding = frame.block.bindings[index]
                match binding.value:
                    case Await(value=Call(callee=Attribute(value=Name() as client)) as call) if (
                        _is_streamed(call)
                    ):
                        yield from self._needed(client, frame, depth - 1)
                    case _ if binding.kind is BindingKind.WITH:
                        yield binding

    def _captured(self, callee: Expression, frame: Frame) -> Iterator[Binding]:
        """The variables of the block that a nested function reads."""
        match callee:
            case Name(definitions=(index,)):
                match frame.block.bindings[index].value:
                    case FunctionReference() as reference:
                        yield from self.captured(reference, frame)

    def captured(self, reference: FunctionReference, frame: Frame) -> Iterator[Binding]:
        """The variables of the block that a function or lambda of it reads."""
        for name in frame.module.functions[reference.qualname].block.free:
            yield from (frame.block.bindings[index] for index in frame.block.exit.get(name, ()))

    def maker(self, binding: Binding, frame: Frame) -> str | None:
        """What is called to make what a `with` enters."""
        value = getattr(binding.value, "value", None)
        if isinstance(value, Call):
            for item in self._types.evaluate(value.callee, frame):
                return name_of_callee(item)
        return None


def _is_streamed(call: Call) -> bool:
    return any(
        argument.name == "stream"
        and isinstance(argument.value, Literal)
        and argument.value.value is True
        for argument in call.arguments
    )


def _names(expression: Expression) -> Iterator[Name]:
    """The names that the element of a comprehension reads, as far as it is written plainly."""
    match expression:
        case Name():
            yield expression
        case Attribute(value=value) | Await(value=value):
            yield from _names(value)
        case Call(callee=callee, arguments=arguments):
            yield from _names(callee)
            for argument in arguments:
                yield from _names(argument.value)
