"""Versions that are pinned: by lock files, by `==` in requirements, by `.python-version`."""

from __future__ import annotations

import re
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from fastlint.versions.documents import (
    LIBRARIES,
    PYTHON,
    Detected,
    Found,
    place,
    read,
    requirements,
    version_of,
)

_NAMES = "|".join(name for name in LIBRARIES if name != PYTHON)
_TOML = re.compile(rf'^name = "(?P<name>{_NAMES})"\nversion = "(?P<version>[^"]+)"', re.MULTILINE)
_JSON = re.compile(rf'"(?P<name>{_NAMES})": \{{[^{{}}]*"version": "==(?P<version>[^"]+)"')
_LOCK_FILES = {
    "uv.lock": _TOML,
    "poetry.lock": _TOML,
    "pdm.lock": _TOML,
    "pylock.toml": _TOML,
    "Pipfile.lock": _JSON,
}
"""How an entry looks in the files that tools write, which are too large to be parsed."""

_PYTHON_VERSION = re.compile(r"^\s*(?:cpython-|python-)?(?P<version>3(?:\.\d+)+)\s*$", re.MULTILINE)


def locked(folder: Path) -> Found:
    """The versions that files in a folder pin."""
    for name, entry in _LOCK_FILES.items():
        yield from _locked_in(folder / name, entry)
    for requirement, origin in requirements(folder):
        version = _exact(requirement.specifier)
        if version is not None:
            yield canonicalize_name(requirement.name), Detected(version, origin)
    yield from _pinned_python(folder / ".python-version")


def _locked_in(file: Path, entry: re.Pattern[str]) -> Found:
    """The newest version of each library: a lock may have one for each Python or platform."""
    text = read(file)
    newest: dict[str, tuple[Version, int]] = {}
    for match in entry.finditer(text):
        version = version_of(match["version"])
        if version is not None:
            found = version, match.start("version")
            newest[match["name"]] = max(found, newest.get(match["name"], found))
    for name, (version, offset) in newest.items():
        yield name, Detected(version, place(file, text, offset))


def _exact(specifiers: SpecifierSet) -> Version | None:
    """The version that a range pins."""
    exact = (version_of(one.version) for one in specifiers if one.operator in {"==", "==="})
    return next((version for version in exact if version is not None), None)


def _pinned_python(file: Path) -> Found:
    text = read(file)
    match = _PYTHON_VERSION.search(text)
    if match is not None:
        origin = place(file, text, match.start("version"))
        yield PYTHON, Detected(Version(match["version"]), origin)
