"""Defaults of fields, parameters and columns that are computed once, for all of them."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import argument_of
from fastlint.project.frameworks.pydantic import ModelField
from fastlint.project.frameworks.signatures import Signature, Source
from fastlint.project.objects import Frame, FunctionObject
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import (
    Attribute,
    Call,
    Conditional,
    Expression,
    Format,
    Operation,
    Parameter,
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

_COLUMNS = (
    "sqlalchemy.Column",
    "sqlalchemy.orm.mapped_column",
    "sqlalchemy.schema.Column",
    "sqlalchemy.sql.schema.Column",
)
_OF_COLUMNS = ("default", "insert_default", "onupdate")


@rule.on_project
def check_fields(project: Project[NoOptions]) -> Iterator[Finding]:
    """Settings are made once, so theirs are left alone."""
    for cls in project.pydantic.models:
        if project.pydantic.is_part_of_settings(cls):
            continue
        frame = project.types.class_frame(cls, None)
        for field in project.pydantic.fields(cls):
            whose = f"when the class is made: every `{cls.name}` has the same `{field.name}`"
            yield from _findings(_default_of_field(field), frame, whose, project)


@rule.on_project
def check_parameters(project: Project[NoOptions]) -> Iterator[Finding]:
    """The parameters of routes and of their dependencies."""
    for signature in project.signatures.of_functions:
        for parameter in signature.fillable:
            default = _default_of_parameter(parameter, signature, project)
            whose = f"when the module is imported: all requests share `{parameter.name}`"
            yield from _findings(default, signature.frame, whose, project)


@rule.on_project
def check_columns(project: Project[NoOptions]) -> Iterator[Finding]:
    """SQLAlchemy calls a function for each row, and keeps anything else."""
    for call, frame, _ in project.sites.of(*_COLUMNS):
        for keyword in _OF_COLUMNS:
            default = argument_of(call, keyword)
            whose = "when the module is imported: all rows share the value"
            yield from _findings(default, frame, whose, project, keyword)


def _default_of_field(field: ModelField) -> Expression | None:
    if field.default is None or field.default is not field.call:
        return field.default
    assert field.call is not None
    return argument_of(field.call, "default", 0)


def _default_of_parameter(
    parameter: Parameter, signature: Signature, project: Project[NoOptions]
) -> Expression | None:
    for marker in project.signatures.markers(parameter, signature.frame):
        if not marker.in_annotation:
            return None if marker.source is Source.DEPENDENCY else marker.default
    return parameter.default


def _findings(
    default: Expression | None,
    frame: Frame,
    whose: str,
    project: Project[NoOptions],
    keyword: str = "default_factory",
) -> Iterator[Finding]:
    name = None if default is None else _changing(default, frame, project)
    place = None if default is None else frame.module.place(default)
    if default is None or name is None or place is None:
        return
    yield project.finding(
        frame.module,
        *place,
        f"`{name}` is called once, {whose}",
        help=f"give a function: `{keyword}={_factory(default, name)}`",
        symbol=frame.block.qualname,
    )


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
            parts: tuple[Expression, ...] = (callee, *(item.value for item in arguments))
        case Attribute(value=value) | Subscript(value=value):
            parts = (value,)
        case Operation(operands=inner) | Format(parts=inner) | Sequence(items=inner):
            parts = inner
        case Conditional(then=then, otherwise=otherwise):
            parts = then, otherwise
        case _:
            parts = ()
    for part in parts:
        yield from _calls(part)


def _factory(default: Expression, name: str) -> str:
    match default:
        case Call(arguments=()) if name in _CHANGING:
            return name
    return "lambda: ..."
