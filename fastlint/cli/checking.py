"""The main command: settings, run, report, exit code."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from fastlint import cli, engine, rulebook
from fastlint.cli import terminal
from fastlint.config import Config, OutputFormat, load
from fastlint.diagnostics import Report
from fastlint.discovery import Discovery, UsageError, discover
from fastlint.reports import View, render, text


def check(
    named: Sequence[Path], stdin: tuple[str, bytes] | None, options: Mapping[str, Any]
) -> int:
    """Checks, publishes the report, and returns the exit code."""
    start = time.monotonic()
    config = _settings([*named, Path(stdin[0])] if stdin else named, options)
    discovery = _discover(named, config, stdin)
    with terminal.ProgressBar(wanted=not options["quiet"]) as progress:
        report = engine.check(discovery, config, progress=progress)
    _publish(report, discovery, config, options)
    if options["verbose"]:
        click.echo(f"settings: {config.file or 'defaults'}", err=True)
        click.echo(f"project: {discovery.project_root}, {report.summary.analysed} files", err=True)
        click.echo(f"time: {time.monotonic() - start:.2f} s", err=True)
    return _exit_code(report, config, exit_zero=options["exit_zero"])


def _settings(named: Sequence[Path], options: Mapping[str, Any]) -> Config:
    keys = ("select", "extend-select", "ignore", "fail-on", "output-format", "jobs")
    return load(
        named,
        file=options["config_file"],
        isolated=options["isolated"],
        overrides={key: options[key.replace("-", "_")] for key in keys},
    )


def _discover(named: Sequence[Path], config: Config, stdin: tuple[str, bytes] | None) -> Discovery:
    try:
        return discover(named, config, stdin=stdin)
    except UsageError as error:
        for path in named:
            if close := get_close_matches(str(path), cli.main.commands, n=1):
                raise cli.Failure(f"{error}: did you mean `fastlint {close[0]}`?") from error
        raise


def _publish(
    report: Report, discovery: Discovery, config: Config, options: Mapping[str, Any]
) -> None:
    file: Path | None = options["output_file"]
    view = View(
        rulebook=rulebook.load(),
        lines=engine.Sources(discovery.locations).lines,
        width=terminal.width(),
        color=file is None and not options["no_color"] and terminal.is_colored(),
        verbose=options["verbose"],
        quiet=options["quiet"],
        statistics=options["statistics"],
    )
    rendered = render(report, config.output_format, view)
    if file is None:
        terminal.show(rendered, color=view.color)
    else:
        _write(file, rendered)
        if not view.quiet:
            click.echo(f"{text.conclusion(report)} Written to {file}.", err=True)
    if view.statistics and config.output_format is not OutputFormat.TEXT:
        click.echo(text.statistics(report.findings), err=True)


def _write(file: Path, rendered: str) -> None:
    try:
        terminal.write(file, rendered)
    except OSError as error:
        raise cli.Failure(f"`{file}` cannot be written: {error.strerror or error}") from error


def _exit_code(report: Report, config: Config, *, exit_zero: bool) -> int:
    if report.problems:
        return cli.COULD_NOT
    failing = any(item.severity.rank >= config.fail_on.rank for item in report.findings)
    return int(failing and not exit_zero)
