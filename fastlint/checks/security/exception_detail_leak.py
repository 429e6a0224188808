"""Texts of unexpected exceptions, and tracebacks, that are sent to clients."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the exception, where it is made a part of what is sent."""
    for one in project.disclosures.all:
        what = "a traceback" if one.name is None else f"the text of `{one.name}`, whatever it says,"
        yield project.finding(
            one.frame.module,
            one.start,
            one.end,
            f"{what} is sent to the client",
            help="log it with `logger.exception(...)`, and send a text of your own",
            symbol=one.frame.block.qualname,
        )
