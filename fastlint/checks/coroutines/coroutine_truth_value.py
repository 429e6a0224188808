"""Coroutines that are tested or compared, as if they were what they return."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.coroutines import CoroutineValue
from fastlint.project.objects import (
    ClassObject,
    Coroutine,
    LibraryClass,
    LibraryObject,
    Object,
    Objects,
)
from fastlint.project.symbols import Function
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import (
    Argument,
    Attribute,
    Call,
    Comprehension,
    Implicit,
    ImplicitCall,
    Usage,
)

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


@rule.on_project
def check_properties(project: Project[NoOptions]) -> Iterator[Finding]:
    """`if user.verified`, where the property is a coroutine function."""
    names = {function.name for function in project.functions() if _is_property(function, project)}
    for frame in project.types.generic_frames() if names else ():
        for item in frame.block.implicit:
            match item:
                case ImplicitCall(kind=Implicit.TEST, receiver=Attribute(name=name)):
                    objects = project.types.evaluate(item.receiver, frame)
                    if name in names and objects and all(map(_is_coroutine, objects)):
                        yield project.finding(
                            frame.module,
                            item.start,
                            item.end,
                            f"`{name}` is not awaited: its coroutine is always true",
                            help="await it",
                            symbol=frame.block.qualname,
                        )


def _is_property(function: Function, project: Project[NoOptions]) -> bool:
    """Whether it is a property that has to be awaited."""
    decorated = function.owner is not None and bool(function.summary.decorators)
    return function.is_async and decorated and project.types.method_kind(function) == "property"


def _is_coroutine(item: Object) -> bool:
    return isinstance(item, Coroutine)


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
