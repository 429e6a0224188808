"""Which rules run, how bad their findings are, and where they say nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fastlint.config import Config, ConfigError
from fastlint.diagnostics import Severity
from fastlint.patterns import PatternSet
from fastlint.rulebook import Rulebook, UnknownRuleError
from fastlint.toml import Key


@dataclass(frozen=True, slots=True)
class PathIgnore:
    """Rules that say nothing in the files that a pattern of `per-path-ignores` matches or,
    where it begins with `!`, does not match."""

    patterns: PatternSet
    negated: bool
    rules: frozenset[str]

    def covers(self, path: str) -> bool:
        """Whether the file at `path`, which is absolute, is meant."""
        return self.patterns.matches(path) != self.negated


@dataclass(frozen=True, slots=True)
class Selection:
    """The settings about rules, with every selector resolved to names of rules."""

    rules: frozenset[str]
    """the rules that run"""
    severities: Mapping[str, Severity]
    """by rule, a severity other than its own"""
    path_ignores: tuple[PathIgnore, ...]

    def silent(self, path: Path) -> frozenset[str]:
        """The rules that say nothing in the file at `path`, which is absolute."""
        matching = (ignore.rules for ignore in self.path_ignores if ignore.covers(str(path)))
        return frozenset().union(*matching)


def select(config: Config, book: Rulebook) -> Selection:
    """Resolves all selectors. What the settings ignore does not run, whatever else selects it.
    Where several selectors set a severity, the one that selects the fewest rules decides.

    Raises ConfigError that lists every selector that selects no rule.
    """
    resolved = _resolve(config, book)

    def chosen(*key: str) -> frozenset[str]:
        matching = (names for place, names in resolved.items() if place[: len(key)] == key)
        return frozenset().union(*matching)

    if config.select is None:
        initial = frozenset(page.name for page in book if page.card.default == "on")
    else:
        initial = chosen("select")
    return Selection(
        rules=(initial | chosen("extend-select")) - chosen("ignore"),
        severities=dict(_severities(config, resolved)),
        path_ignores=tuple(
            PathIgnore(
                PatternSet.parse(str(config.folder), [pattern.removeprefix("!")]),
                pattern.startswith("!"),
                chosen("per-path-ignores", pattern),
            )
            for pattern in config.per_path_ignores
        ),
    )


def _resolve(config: Config, book: Rulebook) -> dict[Key, frozenset[str]]:
    resolved: dict[Key, frozenset[str]] = {}
    errors: list[str] = []
    for key, selector in config.selectors():
        try:
            names = _with_options(selector, book) if key[0] == "rules" else book.resolve(selector)
        except UnknownRuleError as error:
            errors.append(str(config.error(str(error), *key)))
        else:
            resolved[key] = frozenset(names)
    if errors:
        raise ConfigError("\n".join(errors))
    return resolved


def _with_options(word: str, book: Rulebook) -> tuple[str]:
    """The rule that a table of options belongs to, which only its name says."""
    name = book.page(word).name
    if name != word:
        raise UnknownRuleError(f"options stand under the rule's name: write `rules.{name}`")
    return (name,)


def _severities(
    config: Config, resolved: Mapping[Key, frozenset[str]]
) -> Iterator[tuple[str, Severity]]:
    settings = [(resolved["severity", word], level) for word, level in config.severity.items()]
    for names, level in sorted(settings, key=lambda setting: -len(setting[0])):
        yield from ((name, level) for name in names)
