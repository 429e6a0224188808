"""Reporters: a report in one of the formats that people and other tools read.

Each `OutputFormat` is a module of this package with a function `render(report, view) -> str`,
loaded when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from fastlint.config import OutputFormat
    from fastlint.diagnostics import Report
    from fastlint.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class View:
    """What a reporter needs besides the report."""

    rulebook: Rulebook
    lines: Callable[[str], Sequence[str]]
    """The lines of a reported path, without their ends; empty where it cannot be read."""
    width: int = 80
    color: bool = False
    verbose: bool = False
    quiet: bool = False
    statistics: bool = False


def render(report: Report, output_format: OutputFormat, view: View) -> str:
    """The report in that format, ending with a line break unless it is empty."""
    module = import_module(f"{__name__}.{output_format}")
    return cast(str, module.render(report, view))
