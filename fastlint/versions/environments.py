"""What is installed in the project's virtual environment. Nothing of it is imported."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution
from pathlib import Path

from packaging.version import Version

from fastlint.config import Origin
from fastlint.sources import reported_path
from fastlint.versions.documents import LIBRARIES, PYTHON, Detected, Found, read, version_of

_NAMES = (".venv", "venv")
_SITE_PACKAGES = ("lib/python3*/site-packages", "Lib/site-packages")
_RUNS_ON = re.compile(r"^version(?:_info)? *= *(?P<version>3\.\d+\.\d+)", re.MULTILINE)


def installed(folders: Iterable[Path]) -> Found:
    """What is installed in the first environment in or of these folders, or the active one,
    that has FastAPI or Starlette: another is no application's."""
    for environment in _environments(folders):
        found = dict(_packages(environment))
        if found.keys() & {"fastapi", "starlette"}:
            yield from found.items()
            yield from _python(environment)
            return


def _environments(folders: Iterable[Path]) -> Iterator[Path]:
    yield from (folder / name for folder in folders for name in _NAMES)
    active = os.environ.get("VIRTUAL_ENV")
    if active:
        yield Path(active)


def _packages(environment: Path) -> Found:
    places = [str(place) for pattern in _SITE_PACKAGES for place in environment.glob(pattern)]
    for name in LIBRARIES:
        for distribution in Distribution.discover(name=name, path=places):
            yield (
                name,
                Detected(version_of(distribution.version), Origin(reported_path(environment))),
            )


def _python(environment: Path) -> Found:
    match = _RUNS_ON.search(read(environment / "pyvenv.cfg"))
    if match is not None:
        version = Version(match["version"])
        yield PYTHON, Detected(version, Origin(reported_path(environment)))
