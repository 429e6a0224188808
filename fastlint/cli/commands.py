"""What the commands do."""

from __future__ import annotations

import json
import textwrap
import time
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markdown import Markdown

from fastlint import cli, engine, rulebook
from fastlint.catalogues import CatalogueError
from fastlint.cli import terminal
from fastlint.config import Config, ConfigError, OutputFormat, load
from fastlint.diagnostics import Report
from fastlint.discovery import Discovery, UsageError, discover
from fastlint.reports import View, render, text
from fastlint.rulebook import Card, PageError, PluginError, Rulebook, UnknownRuleError
from fastlint.selection import select
from fastlint.workers import description

EXPLAINED = (CatalogueError, ConfigError, PageError, PluginError, UnknownRuleError, UsageError)
"""Errors whose messages say all there is to say."""


def reason(error: Exception) -> str:
    """The message for the user about an error that nobody caught."""
    if isinstance(error, EXPLAINED):
        return str(error)
    return f"a fault of fastlint itself, please report it: {description(error)}"


# --- looking things up -------------------------------------------------------------


def explain(word: str) -> None:
    """Prints the page of a rule; raises UnknownRuleError."""
    page = rulebook.load().page(word)
    _title, _, body = page.text.partition("\n")
    shown = f"# {page.name} ({page.code})\n\n{_facts(page.card)}\n{body}"
    if terminal.is_colored():
        Console(width=terminal.width()).print(Markdown(shown))
    else:
        terminal.show(shown)


def _facts(card: Card) -> str:
    default = "on by default" if card.default == "on" else "runs only if it is selected"
    fix = "no fix" if card.fix == "none" else f"{card.fix} fix"
    facts = f"{card.category}, {card.severity}, {default}, {fix}, since {card.since}"
    options = "\n".join(f"- option `{name}`: {text}" for name, text in card.options.items())
    return "\n\n".join(filter(None, (f"{card.summary}.", facts, options)))


def list_rules(*, as_json: bool) -> None:
    """Prints all rules."""
    book = rulebook.load()
    if as_json:
        cards = [page.card.model_dump(mode="json") for page in book]
        terminal.show(json.dumps(cards, indent=2) + "\n")
        return
    listing = "".join(f"{line}\n" for line in _listing(book))
    terminal.show(listing, color=terminal.is_colored())


def _listing(book: Rulebook) -> Iterator[str]:
    """The rules by category, each with its summary."""
    indent = " " * 9
    for category, pages in book.categories.items():
        yield click.style(category, bold=True)
        for page in pages:
            card = page.card
            default = "" if card.default == "on" else ", only if selected"
            yield f"  {card.code}  {card.name} ({card.severity}{default})"
            yield from textwrap.wrap(
                card.summary, terminal.width(), initial_indent=indent, subsequent_indent=indent
            )


def show_settings(paths: Sequence[Path], file: Path | None, *, isolated: bool) -> None:
    """Prints every setting and where it comes from; raises ConfigError."""
    config = load(paths, file=file, isolated=isolated)
    select(config, rulebook.load())
    settings = list(config.settings())
    width = max(len(setting.key) for setting in settings)
    terminal.show(
        "".join(
            f"{setting.key:{width}} = {_value(setting.value)}  ({setting.origin})\n"
            for setting in settings
        )
    )


def _value(value: object) -> str:
    return "not set" if value is None else json.dumps(value, default=str, ensure_ascii=False)


# --- checking ----------------------------------------------------------------------


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
