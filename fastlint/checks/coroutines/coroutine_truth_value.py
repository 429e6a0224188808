"""Coroutines that are tested or compared, as if they were what they return."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.coroutines import CoroutineValue
from fastlint.project.objects import ClassObject, LibraryClass, LibraryObject, Objects
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Argument, Call, Comprehension, Usage

rule = Rule(__name__)

_TESTS = frozenset({Usage.TESTED, Usage.COMPARED})


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Every use of the coroutine asks whether it is true, or equal to something."""
    elements = set(_elements_tested(project))
    for value in project.coroutines.values:
        if value.call not in elements and not _is_tested(value, project):
            continue
        yield project.finding(
            value.module,
            value.call.start,
            value.call.end,
            f"`{value.callee}` is not awaited: {_consequence(value)}",
            help="await it",
            symbol=value.function.qualname if value.function else None,
        )


def _elements_tested(project: Project[NoOptions]) -> Iterator[Call]:
    """The elements of `any(is_free(day) for day in days)`."""
    for call, _, callees in project.sites.of("builtins.all", "builtins.any"):
        match call.arguments:
            case (Argument(value=Comprehension(element=Call() as element)),) if len(callees) == 1:
                yield element


def _is_tested(value: CoroutineValue, project: Project[NoOptions]) -> bool:
    """Whether it is tested, and nothing that it is passed to could await it."""
    uses = set(value.usages)
    if not uses <= {*_TESTS, Usage.PASSED, Usage.FORMATTED}:
        return False
    parents = [use.parent for use in value.uses if use.usage is Usage.PASSED]
    callees = [
        project.types.evaluate(parent.callee, value.frame)
        for parent in parents
        if parent is not None
    ]
    if len(callees) < len(parents) or not all(map(_is_builtin, callees)):
        return False
    return bool(uses & _TESTS) or any(map(_is_bool, callees))


def _is_bool(callees: Objects) -> bool:
    match callees:
        case (ClassObject(cls=LibraryClass(name="builtins.bool")),):
            return True
    return False


def _is_builtin(callees: Objects) -> bool:
    """Whether these are built-ins, which take a coroutine for what it is."""
    return all(
        (isinstance(item, LibraryObject) and item.name.startswith("builtins."))
        or (
            isinstance(item, ClassObject)
            and isinstance(item.cls, LibraryClass)
            and item.cls.name in ("builtins.bool", "builtins.str")
        )
        for item in callees
    )


def _consequence(value: CoroutineValue) -> str:
    if Usage.COMPARED in value.usages:
        return "its coroutine equals nothing"
    return "its coroutine is always true"
