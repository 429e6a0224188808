"""The command that lists the routes of a project."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from fastlint import cli, engine
from fastlint.cli import terminal
from fastlint.config import load
from fastlint.discovery import discover
from fastlint.project.frameworks.listing import ListedRoute, list_routes

_HEADINGS = ("METHOD", "PATH", "FUNCTION", "RUNS ON", "DEPENDENCIES", "RESPONSE MODEL")


def show_routes(paths: Sequence[Path], file: Path | None, *, isolated: bool, as_json: bool) -> int:
    """Prints the routes that are declared in `paths`, and returns the exit code. Raises
    ConfigError and UsageError."""
    config = load(paths, file=file, isolated=isolated)
    discovery = discover(paths, config)
    found, problems = engine.ask(discovery, config, list_routes)
    named = {location.path for location in discovery.locations if location.reported}
    routes = [route for route in found if route.file in named]
    if as_json:
        rows = [route.model_dump(mode="json") for route in routes]
        terminal.show(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
    else:
        terminal.show("".join(f"{line}\n" for line in _table(routes)))
    for problem in problems:
        place = ":".join(map(str, filter(None, (problem.path, problem.line, problem.column))))
        click.echo(f"{place}: {problem.message}", err=True)
    return cli.COULD_NOT if problems else 0


def _table(routes: Sequence[ListedRoute]) -> Iterator[str]:
    """Columns that are as wide as their longest entry."""
    if not routes:
        yield "No routes are declared here."
        return
    rows = [_HEADINGS, *map(_cells, routes)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _cells(route: ListedRoute) -> tuple[str, ...]:
    return (
        "|".join(route.methods),
        route.path,
        route.function or "?",
        route.runs_on or "?",
        ", ".join(route.dependencies) or "-",
        route.response_model or "-",
    )
