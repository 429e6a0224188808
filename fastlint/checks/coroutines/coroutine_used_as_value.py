"""Coroutines that are used as if they were what they return."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.coroutines import CoroutineValue, ValueUse
from fastlint.project.objects import (
    Awaitable,
    ClassObject,
    Coroutine,
    LibraryClass,
    LibraryMethod,
    LibraryObject,
    Object,
)
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Usage

rule = Rule(__name__)

_RAISING = frozenset(
    {
        Usage.CALLED,
        Usage.ENTERED,
        Usage.ITERATED,
        Usage.OPERAND,
        Usage.SUBSCRIPTED,
    }
)
_TESTS = frozenset({Usage.TESTED, Usage.COMPARED})
_SENT = (Usage.RETURNED, Usage.ELEMENT, Usage.COLLECTED)
_ATTRIBUTES = ("close", "send", "throw", "__await__")
"""What a coroutine does have, besides `cr_...`."""

_CONSUMERS = frozenset(
    {
        *("dict", "enumerate", "float", "frozenset", "int", "iter", "len", "list", "max", "min"),
        *("print", "repr", "reversed", "round", "set", "sorted", "str", "sum", "tuple"),
    }
)
"""Built-ins that want a value."""


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Every use is one that only the awaited value allows, and none is a mere test."""
    sent = project.application.sent
    for value in project.coroutines.values:
        places = sent.get(value.function, frozenset()) if value.function else frozenset()
        if not value.uses or not all(
            use.usage in _TESTS
            or (use.usage in _SENT and use.start in places)
            or _needs_value(use, value, project)
            for use in value.uses
        ):
            continue
        if _is_mere_test(value) or not _is_coroutine(value, project):
            continue
        yield project.finding(
            value.module,
            value.call.start,
            value.call.end,
            f"`{value.callee}` is not awaited: its coroutine is used as a value",
            help=_help(value),
            symbol=value.function.qualname if value.function else None,
        )


def _is_mere_test(value: CoroutineValue) -> bool:
    """Whether it is `coroutine-truth-value` that speaks of it."""
    usages = set(value.usages)
    return bool(usages & _TESTS) and usages <= {*_TESTS, Usage.PASSED, Usage.FORMATTED}


def _is_coroutine(value: CoroutineValue, project: Project[NoOptions]) -> bool:
    """Whether it is nothing but awaitable: a library's own awaitable may be more."""
    objects = project.types.evaluate(value.call, value.frame)
    return all(isinstance(item, (Coroutine, Awaitable)) for item in objects)


def _needs_value(use: ValueUse, value: CoroutineValue, project: Project[NoOptions]) -> bool:
    match use.usage:
        case Usage.ATTRIBUTE:
            name = use.attribute
            return name is not None and name not in _ATTRIBUTES and not name.startswith("cr_")
        case Usage.PASSED | Usage.ELEMENT if use.parent is not None:
            callees = project.types.evaluate(use.parent.callee, value.frame)
            whole = use.usage is Usage.PASSED
            return bool(callees) and all(_consumes(item, project, whole=whole) for item in callees)
        case Usage.FORMATTED:
            return True
    return use.usage in _RAISING


def _consumes(callee: Object, project: Project[NoOptions], *, whole: bool) -> bool:
    """Whether a callee needs the value; if not `whole`, also in a list or dict."""
    match callee:
        case LibraryObject(name="json.dumps"):
            return True
        case LibraryObject(name=name) | ClassObject(cls=LibraryClass(name=name)) if (
            name.removeprefix("builtins.") in _CONSUMERS
        ):
            return whole
        case ClassObject():
            made = project.types.invocations.results((callee,))
            return any(map(project.application.is_response, made))
        case LibraryMethod(name=name):
            return whole and name.startswith("logging.Logger.")
    return False


def _help(value: CoroutineValue) -> str:
    if value.function is not None and value.function.is_async:
        return "write `await` before the call"
    return "make the function `async def`, and write `await` before the call"
