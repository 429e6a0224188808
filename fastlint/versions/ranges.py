"""Ranges of versions: in pyproject.toml, setup.cfg and requirements, in whatever notation."""

from __future__ import annotations

import configparser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, Specifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from fastlint import toml
from fastlint.config import PYPROJECT_TOML, Origin
from fastlint.sources import reported_path
from fastlint.versions.documents import (
    PYTHON,
    Detected,
    Found,
    read,
    requirement_of,
    requirements,
    version_of,
)

Range = tuple[str, SpecifierSet]


def declared(folder: Path) -> Found:
    """The newest versions that the ranges in a folder's files allow."""
    yield from _in_pyproject(folder / PYPROJECT_TOML)
    yield from _in_setup_cfg(folder / "setup.cfg")
    for requirement, origin in requirements(folder):
        yield _detected(requirement.name, requirement.specifier, origin)


def below(version: Version) -> Version:
    """What stands for the newest version below another."""
    return version if version.is_devrelease else Version(f"{version.public}.dev0")


def _detected(name: str, specifiers: SpecifierSet, origin: Origin) -> tuple[str, Detected]:
    bounds = [bound for one in specifiers if (bound := _upper_bound(one)) is not None]
    return canonicalize_name(name), Detected(min(bounds, default=None), origin)


def _upper_bound(specifier: Specifier) -> Version | None:
    version = version_of(specifier.version.removesuffix(".*"))
    if version is None:
        return None
    match specifier.operator:
        case "==" if specifier.version.endswith(".*"):
            return below(_next(version.release))
        case "==" | "===" | "<=":
            return version
        case "<":
            return below(version)
        case "~=":
            return below(_next(version.release[:-1]))
    return None


def _next(release: tuple[int, ...]) -> Version:
    """The release after this one: 2 for 1, 1.3 for 1.2."""
    *outer, last = release
    return Version(".".join(map(str, (*outer, last + 1))))


def _specifiers(text: str) -> SpecifierSet | None:
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return None


# --- files -----------------------------------------------------------------------------


def _in_pyproject(file: Path) -> Found:
    try:
        document = toml.parse(read(file))
    except toml.TomlError:
        return
    for key, (name, specifiers) in _ranges(document.values):
        yield _detected(name, specifiers, Origin(reported_path(file), document.lines.get(key)))


def _ranges(values: Mapping[str, Any]) -> Iterator[tuple[toml.Key, Range]]:
    project = _table(values, "project")
    yield from _listed(("project", "dependencies"), project.get("dependencies"))
    python = project.get("requires-python")
    specifiers = _specifiers(python) if isinstance(python, str) else None
    if specifiers is not None:
        yield ("project", "requires-python"), (PYTHON, specifiers)
    for tables in (
        ("project", "optional-dependencies"),
        ("dependency-groups",),
        ("tool", "pdm", "dev-dependencies"),
    ):
        for name, group in _table(values, *tables).items():
            yield from _listed((*tables, name), group)
    poetry = ("tool", "poetry")
    groups = [(*poetry, "group", name) for name in _table(values, *poetry, "group")]
    for owner in (poetry, *groups):
        yield from _of_poetry((*owner, "dependencies"), _table(values, *owner, "dependencies"))


def _table(values: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """The table at the end of the way; an empty one where there is none."""
    for name in names:
        inner = values.get(name)
        values = inner if isinstance(inner, dict) else {}
    return values


def _listed(key: toml.Key, items: object) -> Iterator[tuple[toml.Key, Range]]:
    for index, item in enumerate(items if isinstance(items, list) else ()):
        requirement = requirement_of(item) if isinstance(item, str) else None
        if requirement is not None:
            yield (*key, index), (requirement.name, requirement.specifier)


def _in_setup_cfg(file: Path) -> Found:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(read(file))
    except configparser.Error:
        return
    origin = Origin(reported_path(file))
    lists = [parser.get("options", "install_requires", fallback="")]
    if parser.has_section("options.extras_require"):
        lists += parser["options.extras_require"].values()
    for line in "\n".join(lists).splitlines():
        requirement = requirement_of(line)
        if requirement is not None:
            yield _detected(requirement.name, requirement.specifier, origin)
    python = _specifiers(parser.get("options", "python_requires", fallback=""))
    if python:
        yield _detected(PYTHON, python, origin)


# --- Poetry's notation -----------------------------------------------------------------


def _of_poetry(key: toml.Key, table: Mapping[str, Any]) -> Iterator[tuple[toml.Key, Range]]:
    for name, given in table.items():
        text = given.get("version") if isinstance(given, dict) else given
        specifiers = _translated(text) if isinstance(text, str) else None
        if specifiers is not None:
            yield (*key, name), (name, specifiers)


def _translated(text: str) -> SpecifierSet | None:
    """A range in Poetry's notation; of alternatives the last, which is by custom the newest."""
    parts = text.rpartition("||")[2].split(",")
    return _specifiers(",".join(map(_standard, map(str.strip, parts))))


def _standard(part: str) -> str:
    """One part of a range in the standard notation: `^1.2`, `~1.2`, `1.2` and `*` are not."""
    version = version_of(part[1:])
    match part[:1]:
        case "^" if version is not None:
            return f"<{_next(_kept(version.release))}"
        case "~" if version is not None:
            return f"<{_next(version.release[:2])}"
        case "*" | "":
            return ""
        case first if first.isdigit():
            return f"=={part}"
    return part


def _kept(release: tuple[int, ...]) -> tuple[int, ...]:
    """The parts that `^` keeps: those up to the first that is not zero."""
    for count, part in enumerate(release, 1):
        if part:
            return release[:count]
    return release
