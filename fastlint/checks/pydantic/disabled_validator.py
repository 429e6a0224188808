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
_DESCRIPTORS = ("classmethod", "staticmethod")


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """A descriptor above the decorator hides it; a coroutine is no value."""
    for item in project.pydantic.decorations:
        if item.kind not in _KINDS:
            continue
        hiding = _hiding(item, project)
        if hiding is not None:
            yield _finding(
                item,
                item.place,
                f"`{item.function.name}` never runs: `@{hiding}` above `@{item.kind}` hides it",
                f"write `@{hiding}` below `@{item.kind}`",
                project,
            )
        elif item.function.is_async:
            summary = item.function.summary
            yield _finding(
                item,
                (summary.start, summary.name_end),
                f"`{item.function.name}` is never awaited: Pydantic calls validators and "
                "serializers without `await`",
                "write it with `def`, and do what has to be awaited in the route or a dependency",
                project,
            )
        elif _is_class_method_after(item, project):
            yield _finding(
                item,
                item.place,
                f'`@model_validator(mode="after")` on a class method is deprecated in '
                f"{Change.AFTER_VALIDATOR_OF_INSTANCE}",
                "make it a method: `def check(self) -> Self`, without `@classmethod`",
                project,
                Severity.WARNING,
            )


def _finding(
    item: Decoration,
    place: tuple[int, int],
    message: str,
    help_: str,
    project: Project[NoOptions],
    severity: Severity | None = None,
) -> Finding:
    module = item.function.module
    return project.finding(
        module, *place, message, help=help_, severity=severity, symbol=item.symbol
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
