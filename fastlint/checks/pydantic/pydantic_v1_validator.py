"""Validators of Pydantic 1."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding, Severity
from fastlint.project import Project
from fastlint.project.frameworks.pydantic import Decoration, argument_names
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call, Parameter, ParameterKind

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Every use of `validator`: as a decorator, bare or called, and on another function."""
    decorations = [item for item in project.pydantic.decorations if item.kind == "validator"]
    by_call = {item.call: item for item in decorations if item.call is not None}
    for used in project.pydantic.calls("pydantic.validator"):
        decoration = by_call.get(used.call)
        fault = _fault(used.call, decoration)
        yield project.finding(
            used.module,
            used.call.start,
            used.call.end,
            fault or "`validator` is deprecated in Pydantic 2: write `field_validator`",
            severity=Severity.ERROR if fault else None,
            help=_help(used.call, decoration),
            symbol=used.frame.block.qualname if decoration is None else decoration.symbol,
        )
    for decoration in decorations:
        if decoration.call is None:
            yield project.finding(
                decoration.function.module,
                *decoration.place,
                "`validator` without the names of fields raises",
                severity=Severity.ERROR,
                help='write `@field_validator("...")` with `@classmethod` below it',
                symbol=decoration.symbol,
            )


def _fault(call: Call, decoration: Decoration | None) -> str | None:
    """What raises where the class is made."""
    if "whole" in argument_names(call):
        return "`validator` of Pydantic 2 does not take `whole`, and raises"
    for parameter in () if decoration is None else decoration.function.summary.parameters[2:]:
        if _is_rejected(parameter):
            return f"`validator` with a parameter `{parameter.name}` raises in Pydantic 2"
    return None


def _is_rejected(parameter: Parameter) -> bool:
    """Whether Pydantic 2 cannot pass what the parameter asks for."""
    if parameter.kind is ParameterKind.KEYWORDS or parameter.name == "values":
        return False
    return parameter.name in ("field", "config") or parameter.default is None


def _help(call: Call, decoration: Decoration | None) -> str:
    given = argument_names(call)
    mode = ', mode="before"' if "pre" in given else ""
    steps = [f"write `@field_validator(...{mode})` with `@classmethod` below it"]
    if decoration is not None and len(decoration.function.summary.parameters) > 2:
        steps.append(
            "take `info: ValidationInfo`: `info.data` has the values, `info.field_name` the name"
        )
    if "each_item" in given:
        steps.append("validate each item by its type: `list[Annotated[T, AfterValidator(...)]]`")
    if "always" in given:
        steps.append("give the field `Field(validate_default=True)`")
    return "; ".join(steps)
