"""Which versions of FastAPI, Starlette, Pydantic, httpx and Python the project runs on.

Asked in this order, each library by itself: the settings; lock files and pinned requirements;
the ranges of pyproject.toml and setup.cfg, and of requirements that pin nothing; what the
FastAPI found there goes with; the project's virtual environment. Of a range, the newest version
that it allows counts. What nothing bounds is the newest there is.

The project's folder is searched with those around it in the same repository and, where these
know no FastAPI, the folders directly in it. Files of others are read as far as they can be; to
complain is up to their tools.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from packaging.version import Version

from fastlint.config import DEFAULT, Config, Origin
from fastlint.versions.documents import LIBRARIES, Detected, Found
from fastlint.versions.environments import installed
from fastlint.versions.locks import locked
from fastlint.versions.ranges import below, declared

__all__ = ["Detected", "detect"]


def detect(root: Path, config: Config) -> Mapping[str, Detected]:
    """The version of each library that the project in the folder `root` runs on."""
    near, inner = (root, *_around(root)), tuple(sorted(_inside(root)))
    found = _first(_written(near))
    if found.keys().isdisjoint({"fastapi", "starlette"}):
        found = _first(chain(found.items(), _written(inner)))
    found = _first(chain(_set(config), found.items()))
    others = chain(_beside(found.get("fastapi")), installed((*near, *inner)))
    known = _first(chain(found.items(), others))
    return {name: known.get(name, Detected(None, DEFAULT)) for name in LIBRARIES}


def _first(found: Iterable[tuple[str, Detected]]) -> dict[str, Detected]:
    first: dict[str, Detected] = {}
    for name, detected in found:
        first.setdefault(name, detected)
    return first


def _set(config: Config) -> Found:
    """What the settings say."""
    for name in LIBRARIES:
        text = getattr(config, f"{name}_version", None)
        if text is not None:
            yield name, Detected(Version(text), config.origin(f"{name}-version"))


def _written(folders: Iterable[Path]) -> Found:
    """What the files in some folders say, those that say it exactly first."""
    for read in (locked, declared):
        yield from chain.from_iterable(map(read, folders))


# --- folders -------------------------------------------------------------------------


def _around(root: Path) -> Iterator[Path]:
    """The folders around the project up to that of its repository; of a package outside of
    any, the folder that it lies in."""
    repository = next((place for place in (root, *root.parents) if (place / ".git").exists()), None)
    if repository is not None:
        yield from (place for place in root.parents if place.is_relative_to(repository))
    elif (root / "__init__.py").exists():
        yield root.parent


def _inside(root: Path) -> Iterator[Path]:
    try:
        with os.scandir(root) as entries:
            for entry in entries:
                if entry.is_dir() and not entry.name.startswith("."):
                    yield Path(entry.path)
    except OSError:
        return


# --- what goes with FastAPI ----------------------------------------------------------

_COMPANIONS = {
    "starlette": (
        ("0", "0.27"),
        ("0.95.2", "0.28"),
        ("0.107.0", "0.29"),
        ("0.108.0", "0.33"),
        ("0.109.0", "0.36"),
        ("0.109.2", "0.37"),
        ("0.110.1", "0.38"),
        ("0.112.1", "0.39"),
        ("0.115.2", "0.41"),
        ("0.115.3", "0.42"),
        ("0.115.7", "0.46"),
        ("0.115.10", "0.47"),
        ("0.116.1", "0.48"),
        ("0.116.2", "0.49"),
        ("0.120.1", "0.50"),
        ("0.121.3", "0.51"),
        ("0.128.3", "1.0"),
        ("0.133.0", None),
    ),
    "pydantic": (("0", "2"), ("0.100.0", None)),
}
"""By library: from a version of FastAPI on, the version that it has to be below."""


def _beside(fastapi: Detected | None) -> Found:
    """What a FastAPI that is known, or bounded, allows of the libraries it depends on."""
    if fastapi is None or fastapi.version is None:
        return
    for library, bounds in _COMPANIONS.items():
        bound = [bound for since, bound in bounds if fastapi.version >= Version(since)][-1]
        if bound is not None:
            origin = Origin(f"goes with FastAPI {fastapi}")
            yield library, Detected(below(Version(bound)), origin)
