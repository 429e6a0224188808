"""The commands that show something: a rule's page, all rules, the settings."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.markdown import Markdown

from fastlint import catalogues, rulebook
from fastlint.cli import terminal
from fastlint.config import Setting, load
from fastlint.discovery import project_root
from fastlint.rulebook import Card, Rulebook
from fastlint.selection import select
from fastlint.versions import detect


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


def check_catalogue(path: Path) -> None:
    """Validates a catalogue by itself and beside the bundled ones, and says what is in it;
    raises CatalogueError."""
    file = catalogues.load_file(path)
    bundled = tuple(catalogues.bundled_files(rulebook.rules_root() / "catalogues"))
    others = tuple(one for one in bundled if one.resolve() != path.resolve())
    together = catalogues.load((*others, path))
    own = {*catalogues.load((path,)).callables, *catalogues.load((path,)).classes}
    undefined = [
        f"{path}: `{owner}` speaks of `{name}`, which no catalogue describes"
        for owner, name in together.undefined()
        if owner in own or owner.rpartition(".")[0] in own
    ]
    if undefined:
        raise catalogues.CatalogueError("\n".join(undefined))
    functions = sum(len(entry.all_names) for entry in file.callable)
    methods = sum(len(entry.methods) for entry in file.class_)
    terminal.show(
        f"{path}: fine. `{file.library}`: {functions} functions, {len(file.class_)} classes "
        f"with {methods} methods.\n"
    )


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
    found = {
        f"{name}-version": Setting(f"{name}-version", str(version), version.origin)
        for name, version in detect(project_root(paths, config), config).items()
    }
    settings = [found.get(setting.key, setting) for setting in config.settings()]
    width = max(len(setting.key) for setting in settings)
    terminal.show(
        "".join(
            f"{setting.key:{width}} = {_value(setting.value)}  ({setting.origin})\n"
            for setting in settings
        )
    )


def _value(value: object) -> str:
    return "not set" if value is None else json.dumps(value, default=str, ensure_ascii=False)
