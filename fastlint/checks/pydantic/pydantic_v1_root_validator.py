"""Root validators of Pydantic 1."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding, Severity
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import argument_of
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call, Expression, Literal

rule = Rule(__name__)

_RAISES = "`root_validator` without `skip_on_failure=True` raises in Pydantic 2"
_BEFORE = 'write `@model_validator(mode="before")` with `@classmethod` below it'
_AFTER = (
    'write `@model_validator(mode="after")` on a method `(self) -> Self` that reads fields of '
    "`self` and returns it"
)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Every use of `root_validator`: as a decorator, bare or called, and on another function."""
    symbols = {item.call: item.symbol for item in project.pydantic.decorations}
    for used in project.pydantic.calls("pydantic.root_validator"):
        yield project.finding(
            used.module,
            used.call.start,
            used.call.end,
            _message(used.call),
            severity=Severity.ERROR if _raises(used.call) else None,
            help=_BEFORE if _is_true(argument_of(used.call, "pre")) else _AFTER,
            symbol=symbols.get(used.call, used.frame.block.qualname),
        )
    for item in project.pydantic.decorations:
        if item.kind == "root_validator" and item.call is None:
            yield project.finding(
                item.function.module,
                *item.place,
                _RAISES,
                severity=Severity.ERROR,
                help=_AFTER,
                symbol=item.symbol,
            )


def _message(call: Call) -> str:
    if _raises(call):
        return _RAISES
    return "`root_validator` is deprecated in Pydantic 2: write `model_validator`"


def _raises(call: Call) -> bool:
    """Whether it runs behind the fields, and does not say that it may be skipped."""
    pre, skip = argument_of(call, "pre"), argument_of(call, "skip_on_failure")
    if any(argument.stars for argument in call.arguments):
        return False
    return _is_false(pre) and _is_false(skip)


def _is_true(argument: Expression | None) -> bool:
    return isinstance(argument, Literal) and argument.value is True


def _is_false(argument: Expression | None) -> bool:
    return argument is None or (isinstance(argument, Literal) and not argument.value)
