"""Results of calls, and generator functions, that are handed to threads."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.handing import HandOff
from fastlint.project.objects import (
    NONE,
    Frame,
    FunctionObject,
    GeneratorObject,
    Instance,
    LibraryClass,
    LibraryMethod,
    LibraryObject,
    Object,
    PartialObject,
    TextObject,
)
from fastlint.project.wording import name_of_call, name_of_callee
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call

rule = Rule(__name__)

_SLEEP = "blocks:sleep"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """What a worker is given cannot be called, or does nothing when it is."""
    for item in project.handing.all:
        if not item.offloaded or _takes_iterator(item):
            continue
        told = _called_here(item, project) or _generator_function(item)
        if told is None:
            continue
        message, cure = told
        yield project.finding(
            item.frame.module,
            *item.place,
            message,
            help=cure,
            symbol=item.frame.block.qualname,
        )


def _takes_iterator(item: HandOff) -> bool:
    return item.taker.endswith(".iterate_in_threadpool")


def _called_here(item: HandOff, project: Project[NoOptions]) -> tuple[str, str] | None:
    """The argument is a call, whose result is known to be no function."""
    call = item.argument
    if not isinstance(call, Call):
        return None
    callees = project.types.evaluate(call.callee, item.frame)
    if len(callees) != 1 or (isinstance(callees[0], FunctionObject) and not callees[0].certain):
        return None
    sleeps = _effect(callees[0], project) == _SLEEP
    if not sleeps and not _cannot_be_called(call, callees[0], item.frame, project):
        return None
    name = name_of_call(call.callee, callees[0])
    return (
        f"`{name}` is called here, not in the thread",
        "give the function and its arguments: `to_thread(function, argument)`",
    )


def _cannot_be_called(
    call: Call, callee: Object, frame: Frame, project: Project[NoOptions]
) -> bool:
    results = project.types.evaluate(call, frame)
    if not results:
        return False
    blocks = _effect(callee, project) is not None
    return all(_is_no_function(one, project, blocks=blocks) for one in results)


def _is_no_function(item: Object, project: Project[NoOptions], *, blocks: bool) -> bool:
    """Whether an object has no `__call__`; of what a library makes, only the results of
    calls that block are sure to be known well enough."""
    match item:
        case GeneratorObject() | TextObject():
            return True
        case Instance(cls=LibraryClass(name=name)):
            if name == "builtins.object" or (not name.startswith("builtins.") and not blocks):
                return False
        case Instance(cls=cls):
            if project.types.classes.has_unknown_base(cls):
                return False
        case _:
            return item is NONE
    return not project.types.classes.attribute(item, "__call__")


def _effect(callee: Object, project: Project[NoOptions]) -> str | None:
    match callee:
        case LibraryMethod(behaviour=behaviour):
            return behaviour.effect
        case LibraryObject(name=name):
            found = project.catalogue.callables.get(name)
            return None if found is None else found.effect
    return None


def _generator_function(item: HandOff) -> tuple[str, str] | None:
    """The worker makes a generator, and runs none of it."""
    functions = [one.callable if isinstance(one, PartialObject) else one for one in item.objects]
    if not functions or not all(
        isinstance(one, FunctionObject)
        and one.certain
        and one.function.is_generator
        and not one.function.is_async
        for one in functions
    ):
        return None
    return (
        f"`{name_of_callee(functions[0])}` is a generator function: the thread runs none of it",
        "collect in the thread: `to_thread(lambda: list(function(argument)))`",
    )
