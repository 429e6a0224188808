"""Defaults of fields that are computed when the class is made, once for all instances."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import argument_of
from fastlint.project.frameworks.pydantic import ModelField, place_of
from fastlint.project.objects import Frame, FunctionObject
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import (
    Attribute,
    Call,
    Conditional,
    Expression,
    Format,
    Operation,
    Sequence,
    Subscript,
)

rule = Rule(__name__)

_CHANGING = frozenset(
    {
        "datetime.date.today", "datetime.datetime.now", "datetime.datetime.today",
        "datetime.datetime.utcnow", "os.urandom", "random.choice", "random.getrandbits",
        "random.randint", "random.random", "random.randrange", "random.uniform",
        "secrets.choice", "secrets.randbelow", "secrets.token_bytes", "secrets.token_hex",
        "secrets.token_urlsafe", "time.monotonic", "time.monotonic_ns", "time.perf_counter",
        "time.time", "time.time_ns", "uuid.uuid1", "uuid.uuid4", "uuid.uuid6", "uuid.uuid7",
    }
)  # fmt: skip
"""What gives something else each time."""


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Settings are made once, so theirs are left alone."""
    for cls in project.pydantic.models:
        if project.pydantic.is_part_of_settings(cls):
            continue
        frame = project.types.class_frame(cls, None)
        for field in project.pydantic.fields(cls):
            default = _default(field)
            name = None if default is None else _changing(default, frame, project)
            if default is None or name is None:
                continue
            start, end = place_of(default, cls.module) or (field.start, field.end)
            yield project.finding(
                cls.module,
                start,
                end,
                f"`{name}` runs once, when the class is made: every `{cls.name}` has the same "
                f"`{field.name}`",
                help=f"write `Field(default_factory={_factory(default, name)})`",
                symbol=cls.qualname,
            )


def _default(field: ModelField) -> Expression | None:
    if field.default is None or field.default is not field.call:
        return field.default
    assert field.call is not None
    return argument_of(field.call, "default", 0)


def _changing(expression: Expression, frame: Frame, project: Project[NoOptions]) -> str | None:
    """The function that an expression calls, directly or in a function of the project, and
    that gives something else each time."""
    for call in _calls(expression):
        name = project.pydantic.library_name(call.callee, frame)
        if name in _CHANGING:
            return name
        for item in project.types.evaluate(call.callee, frame):
            if isinstance(item, FunctionObject) and _returns_changing(item, project):
                return item.function.name
    return None


def _returns_changing(item: FunctionObject, project: Project[NoOptions]) -> bool:
    frame = project.types.generic_frame(item.function)
    return any(
        project.pydantic.library_name(call.callee, frame) in _CHANGING
        for returned in item.function.block.returns
        if returned.value is not None
        for call in _calls(returned.value)
    )


def _calls(expression: Expression) -> Iterator[Call]:
    """The calls that evaluating an expression makes for its value."""
    match expression:
        case Call(callee=callee, arguments=arguments):
            yield expression
            parts: list[Expression] = [argument.value for argument in arguments]
            if isinstance(callee, Attribute):
                parts.append(callee.value)
        case Attribute(value=value) | Subscript(value=value):
            parts = [value]
        case Operation(operands=operands):
            parts = list(operands)
        case Format(parts=formatted):
            parts = list(formatted)
        case Sequence(items=items):
            parts = list(items)
        case Conditional(then=then, otherwise=otherwise):
            parts = [then, otherwise]
        case _:
            parts = []
    for part in parts:
        yield from _calls(part)


def _factory(default: Expression, name: str) -> str:
    match default:
        case Call(arguments=()) if name in _CHANGING:
            return name
    return "lambda: ..."
