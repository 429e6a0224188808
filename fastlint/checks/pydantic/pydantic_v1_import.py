"""Names of Pydantic 1 that Pydantic 2 moved or does not have."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.catalogues import DeprecationEntry
from fastlint.diagnostics import Finding, Severity
from fastlint.project import Project
from fastlint.project.frameworks.pydantic import LibraryUse
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """What is imported by name, and what is taken from an imported module."""
    for use in project.pydantic.uses:
        entry = project.catalogue.deprecation(use.name)
        if entry is None:
            continue
        yield project.finding(
            use.frame.module,
            use.start,
            use.end,
            _fact(use, entry),
            severity=Severity.WARNING if entry.removed is None or use.type_checking else None,
            help=_help(entry),
            symbol=use.frame.block.qualname,
        )


def _fact(use: LibraryUse, entry: DeprecationEntry) -> str:
    if entry.removed is not None:
        return f"`{use.name}` does not exist in Pydantic 2"
    if _is_name(entry.instead):
        return f"`{use.name}` is deprecated in Pydantic 2: it is `{entry.instead}` now"
    return f"`{use.name}` is deprecated in Pydantic 2"


def _help(entry: DeprecationEntry) -> str:
    if entry.instead is None:
        return (
            "nothing takes its place: Pydantic 2 keeps it in `pydantic.v1`, "
            "for models of Pydantic 1"
        )
    library = entry.instead.partition(".")[0]
    if library in ("pydantic_settings", "pydantic_extra_types"):
        distribution = library.replace("_", "-")
        return f"write `{entry.instead}`, and require `{distribution}`, a package of its own"
    if " itself" in entry.instead:
        return f"write {entry.instead}"
    return f"write `{entry.instead}`"


def _is_name(instead: str | None) -> bool:
    return instead is not None and instead.startswith("pydantic")
