"""Status constants under names that Starlette has given up."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.catalogues import DeprecationEntry
from fastlint.diagnostics import Finding, Severity
from fastlint.project import Project
from fastlint.project.versions import Versions
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Where it is imported, or taken from the module."""
    renamed = project.catalogue.deprecations("starlette.status")
    for use in project.uses.of(renamed):
        entry = renamed[use.name]
        removed = _has_come(entry.removed, project.versions)
        if removed or _has_come(entry.deprecated, project.versions):
            yield project.finding(
                use.frame.module,
                use.start,
                use.end,
                f"`{use.written}` {_fate(entry, removed=removed)}",
                help=f"write `{(entry.instead or '').rpartition('.')[2]}`",
                severity=Severity.ERROR if removed else None,
                symbol=use.frame.block.qualname,
            )


def _has_come(version: str | None, versions: Versions) -> bool:
    return version is not None and versions.at_least("starlette", version)


def _fate(entry: DeprecationEntry, *, removed: bool) -> str:
    if removed:
        return f"is gone since Starlette {entry.removed}"
    return f"is deprecated since Starlette {entry.deprecated}"
