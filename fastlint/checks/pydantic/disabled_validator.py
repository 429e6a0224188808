"""Validators that Pydantic does not run, or not as they are meant."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding, Severity
from fastlint.project import Project
from fastlint.project.frameworks.pydantic import Decoration
from fastlint.project.versions import Change
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)

_KINDS = frozenset(
    {
        "computed_field",
        "field_serializer",
        "field_validator",
        "model_serializer",
        "model_validator",
        "root_validator",
        "validator",
    }
)
_DESCRIPTORS = ("classmethod", "property", "staticmethod")
_SYNCHRONOUS = "write it with `def`, and do what has to be awaited in the route or a dependency"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """A descriptor above the decorator hides it; a coroutine is no value."""
    for item in project.pydantic.decorations:
        if item.kind in _KINDS:
            yield from _faults(item, project)


@rule.on_project
def check_functions(project: Project[NoOptions]) -> Iterator[Finding]:
    """Functions that stand in annotations: `Annotated[str, AfterValidator(check)]`."""
    for used, function in project.pydantic.functional:
        if function.is_coroutine_function:
            yield project.finding(
                used.module,
                used.call.start,
                used.call.end,
                f"`{function.name}` is a coroutine function, which Pydantic does not await",
                help=_SYNCHRONOUS,
                symbol=used.frame.block.qualname,
            )


def _faults(item: Decoration, project: Project[NoOptions]) -> Iterator[Finding]:
    function = item.function
    place, severity = item.place, None
    hiding = _hiding(item, project)
    if hiding is not None:
        message = f"`{function.name}` never runs: `@{hiding}` above `@{item.kind}` hides it"
        help_ = f"write `@{hiding}` below `@{item.kind}`"
    elif function.is_async:
        message = f"`{function.name}` is a coroutine function, which Pydantic does not await"
        help_ = _SYNCHRONOUS
        place = function.summary.start, function.summary.name_end
    elif _is_class_method_after(item, project):
        since = Change.AFTER_VALIDATOR_OF_INSTANCE
        message = f'`@model_validator(mode="after")` on a classmethod is deprecated in {since}'
        help_ = "make it a method: `def check(self) -> Self`, without `@classmethod`"
        severity = Severity.WARNING
    else:
        return
    yield project.finding(
        function.module, *place, message, help=help_, severity=severity, symbol=item.symbol
    )


def _hiding(item: Decoration, project: Project[NoOptions]) -> str | None:
    """The descriptor above the decorator, which Pydantic finds in its place."""
    names = _descriptors(item, project)
    return next((name for index, name in names if index < item.index), None)


def _descriptors(item: Decoration, project: Project[NoOptions]) -> Iterator[tuple[int, str]]:
    for index, decorator in enumerate(item.function.summary.decorators):
        name = project.pydantic.library_name(decorator, item.frame)
        if name is not None and name.removeprefix("builtins.") in _DESCRIPTORS:
            yield index, name.removeprefix("builtins.")


def _is_class_method_after(item: Decoration, project: Project[NoOptions]) -> bool:
    if item.kind != "model_validator" or item.text("mode") != "after":
        return False
    if not project.versions.have(Change.AFTER_VALIDATOR_OF_INSTANCE):
        return False
    parameters = item.function.summary.parameters
    return any(name == "classmethod" for _, name in _descriptors(item, project)) or (
        bool(parameters) and parameters[0].name == "cls"
    )
