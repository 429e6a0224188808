"""Coroutine functions that block and await nothing, and that FastAPI would run in a thread."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.wording import name_of_function
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """What does not block gains nothing from a thread. Routes of tests have no clients."""
    entries = {frame.function: project.contexts.entry(frame) for frame in project.effects.blocking}
    for function, entry in entries.items():
        if function is None or function.module.is_test:
            continue
        if not project.threads.could_be_plain(function):
            continue
        yield project.finding(
            function.module,
            function.summary.start,
            function.summary.name_end,
            f"`{name_of_function(function)}` blocks and awaits nothing",
            help="write it as a plain `def`: FastAPI runs that in a worker thread",
            symbol=function.qualname,
            entry=entry,
        )
