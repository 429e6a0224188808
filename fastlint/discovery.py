"""Which files belong to the project, and which of them are reported on.

What is found across files must not depend on what was named. So the project around the named
paths is searched as a whole, and what was named only decides what is reported.

Paths are strings in here, and a folder is listed once: large projects have many of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from fastlint.config import FASTLINT_TOML, PYPROJECT_TOML, Config, common_folder
from fastlint.diagnostics import Problem, ProblemKind
from fastlint.patterns import GITIGNORE, Exclusion, PatternSet, private_ignores
from fastlint.sources import Location, printable, reported_path

PROJECT_MARKS = frozenset({FASTLINT_TOML, PYPROJECT_TOML, "setup.py", "setup.cfg", ".git"})
"""What makes a folder the root of a project."""

NEVER_SEARCHED = frozenset(
    {
        ".bzr",
        ".direnv",
        ".eggs",
        ".git",
        ".hg",
        ".hypothesis",
        ".ipynb_checkpoints",
        ".jj",
        ".mypy_cache",
        ".nox",
        ".pants.d",
        ".pytest_cache",
        ".pytype",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        "__pycache__",
        "__pypackages__",
        "node_modules",
        "site-packages",
        "venv",
    }
)
"""Folders that hold no code of the project, whatever `exclude` says. Virtual environments of
other names are known by what is in them."""

_INIT = frozenset({"__init__.py", "__init__.pyi"})
_ENVIRONMENT = frozenset({"pyvenv.cfg", "conda-meta"})
_TELLING = PROJECT_MARKS | _INIT | _ENVIRONMENT | {GITIGNORE}
_SUFFIXES = (".py", ".pyi")


class UsageError(ValueError):
    """What was named cannot be checked. The message is complete."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files of a project."""

    project_root: Path
    locations: tuple[Location, ...]
    """The whole project, sorted by path."""
    problems: tuple[Problem, ...]
    """Folders that could not be read, sorted by path."""


def discover(
    paths: Sequence[Path], config: Config, *, stdin: tuple[str, bytes] | None = None
) -> Discovery:
    """Finds the project of `paths`, or of the working directory where nothing is named.

    `stdin` is the name and content of a further file, which need not exist. Raises UsageError
    for paths that cannot be meant.
    """
    missing = [f"`{path}`" for path in paths if not os.path.exists(path)]
    if missing:
        raise UsageError(f"no such file or folder: {', '.join(missing)}")
    if stdin and os.path.isdir(stdin[0]):
        raise UsageError(f"standard input is no folder, as `{stdin[0]}` is: name a file")
    buffers = {os.path.abspath(stdin[0]): stdin[1]} if stdin else {}
    named = sorted({*map(os.path.abspath, paths), *buffers}) or [os.getcwd()]
    root = project_root(map(Path, named), config)
    folders = _Folders(str(root), config)
    search = _Search(str(root), folders)
    if root.is_dir():
        search.add(str(root))
    for path in named:
        search.add(path, force_exclude=config.force_exclude)
    contents = {os.path.realpath(name): content for name, content in buffers.items()}
    locations = _locations(
        search, _Naming(str(root), folders), _wanted(named, search.aliases), contents
    )
    return Discovery(
        root,
        tuple(sorted(locations, key=attrgetter("path"))),
        tuple(sorted(search.problems, key=attrgetter("path"))),
    )


def project_root(named: Iterable[Path], config: Config) -> Path:
    """The root of the project around `named`: the nearest folder with a project file or,
    further out in the same repository, the one with the settings in force. Without a project
    file: the folder that holds all of `named`, or the outermost package around it."""
    folder = common_folder(named)
    lineage = (folder, *folder.parents)
    marked = [place for place in lineage if _has_any(str(place), PROJECT_MARKS)]
    if not marked:
        packages = takewhile(lambda place: _has_any(str(place), _INIT), lineage)
        return [folder, *packages][-1]
    for place in marked:
        if config.file is not None and place == config.file.parent:
            return place
        if _has_any(str(place), [".git"]):
            break
    return marked[0]


# --- paths ---------------------------------------------------------------------------


def _has_any(folder: str, names: Iterable[str]) -> bool:
    return any(os.path.exists(os.path.join(folder, name)) for name in names)


def _upwards(path: str) -> Iterator[str]:
    """`path` and the folders around it, innermost first."""
    yield path
    while (parent := os.path.dirname(path)) != path:
        yield (path := parent)


def _holds(folder: str, path: str) -> bool:
    return folder in _upwards(path)


def _patterns(config: Config, root: str) -> PatternSet:
    """What the settings leave out, in the project at `root` at any rate."""
    folder = str(config.folder)
    patterns = (*config.exclude, *config.extend_exclude)
    return PatternSet.parse(folder if _holds(folder, root) else root, patterns)


# --- the search ----------------------------------------------------------------------


class _Listing(NamedTuple):
    """What lies in a folder."""

    entries: Sequence[os.DirEntry[str]]
    telling: frozenset[str]
    """The names that say what kind of folder it is."""
    error: OSError | None = None


class _Folders:
    """What lies in the folders of a project, and what is left out of them."""

    def __init__(self, root: str, config: Config) -> None:
        self._config = config
        self._listings: dict[str, _Listing] = {}
        self._exclusions: dict[str, Exclusion] = {}
        self._top = next((place for place in _upwards(root) if _has_any(place, [".git"])), root)
        self._outside = Exclusion(_patterns(config, root))
        if config.respect_gitignore:
            self._outside = self._outside.within(self._top, private_ignores(self._top))

    def listing(self, folder: str) -> _Listing:
        """The listing of `folder`, with no entries and the error if it cannot be read."""
        listing = self._listings.get(folder)
        if listing is None:
            listing = self._listings[folder] = _listed(folder)
        return listing

    def telling(self, folder: str) -> frozenset[str]:
        return self.listing(folder).telling

    def leaves_out(self, path: str, *, directory: bool) -> bool:
        """Whether a search of the folder around `path` passes over `path`."""
        folder, name = os.path.split(path)
        if directory and name in NEVER_SEARCHED:
            return True
        if self._exclusion(folder).covers(path, directory=directory):
            return True
        return directory and not _ENVIRONMENT.isdisjoint(self.telling(path))

    def admit(self, folder: str) -> None:
        """Lets `folder` be searched although it is left out."""
        around = self._exclusion(os.path.dirname(folder))
        self._exclusions[folder] = self._inside(folder, around.admitting(folder))

    def _exclusion(self, folder: str) -> Exclusion:
        """What is left out in `folder`."""
        exclusion = self._exclusions.get(folder)
        if exclusion is None:
            parent = os.path.dirname(folder)
            outermost = folder in (self._top, parent)
            around = self._outside if outermost else self._exclusion(parent)
            exclusion = self._exclusions[folder] = self._inside(folder, around)
        return exclusion

    def _inside(self, folder: str, around: Exclusion) -> Exclusion:
        if not self._config.respect_gitignore or GITIGNORE not in self.telling(folder):
            return around
        return around.within(folder, os.path.join(folder, GITIGNORE))


def _listed(folder: str) -> _Listing:
    try:
        with os.scandir(folder) as found:
            entries = list(found)
    except OSError as error:
        return _Listing((), frozenset(), error)
    return _Listing(entries, _TELLING.intersection(entry.name for entry in entries))


class _Search:
    """A search for the files of a project."""

    def __init__(self, root: str, folders: _Folders) -> None:
        self.files: dict[str, str] = {}
        """Paths by real paths: a file that several paths lead to is found once."""
        self.aliases: list[tuple[str, str]] = []
        """The links that were met, with the real paths that they lead to."""
        self.problems: list[Problem] = []
        self._root = root
        self._real_root = os.path.realpath(root)
        self._folders = folders
        self._links: list[str] = []
        """Links still to be followed."""
        self._searched: set[str] = set()
        """Real paths of folders."""

    def add(self, path: str, *, force_exclude: bool = False) -> None:
        """Finds the file `path`, or the files in the folder `path`; with `force_exclude`,
        only what is not left out."""
        real = os.path.realpath(path)
        if real in self.files or real in self._searched:
            return
        directory = os.path.isdir(path)
        if force_exclude and self._is_left_out(path, directory=directory):
            return
        if not directory:
            self.files[real] = path
            return
        if path != self._root:
            self._folders.admit(path)
        self._walk(path, real)
        while self._links:
            links, self._links = sorted(self._links), []
            for link in links:
                self._follow(link)

    def _is_left_out(self, path: str, *, directory: bool) -> bool:
        inside = takewhile(lambda place: place != self._root, _upwards(path))
        return any(
            self._folders.leaves_out(place, directory=directory or place != path)
            for place in inside
        )

    def _walk(self, top: str, real_top: str) -> None:
        pending = [(top, real_top)]
        while pending:
            folder, real = pending.pop()
            if real in self._searched:
                continue
            self._searched.add(real)
            entries, _, error = self._folders.listing(folder)
            if error is not None:
                self.problems.append(_unreadable(folder, error))
            for entry in entries:
                if entry.is_symlink():
                    self._links.append(entry.path)
                elif entry.is_dir(follow_symlinks=False):
                    if not self._folders.leaves_out(entry.path, directory=True):
                        pending.append((entry.path, os.path.join(real, entry.name)))
                elif self._is_module(entry.path) and entry.is_file(follow_symlinks=False):
                    self.files[os.path.join(real, entry.name)] = entry.path

    def _is_module(self, path: str) -> bool:
        return path.endswith(_SUFFIXES) and not self._folders.leaves_out(path, directory=False)

    def _follow(self, link: str) -> None:
        real = os.path.realpath(link)
        if os.path.isdir(real):
            around = os.path.realpath(os.path.dirname(link))
            loops = _holds(real, around) or _holds(real, self._real_root)
            if loops or self._folders.leaves_out(link, directory=True):
                return
            # What the project holds was searched, or left out with reason.
            if not _holds(self._real_root, real) and NEVER_SEARCHED.isdisjoint(Path(real).parts):
                self._walk(link, real)
        # Editors leave dangling links of this name beside what they edit.
        elif self._is_module(link) and not os.path.basename(link).startswith(".#"):
            self.files.setdefault(real, link)
        else:
            return
        self.aliases.append((link, real))


def _unreadable(folder: str, error: OSError) -> Problem:
    return Problem(
        kind=ProblemKind.UNREADABLE,
        path=reported_path(Path(folder)),
        message=f"the folder cannot be read: {error.strerror}",
    )


# --- modules -------------------------------------------------------------------------


class _Package(NamedTuple):
    """What the modules of a folder have in common."""

    path: str
    """As reported."""
    root: str
    """As reported."""
    name: str
    """Dotted name below the root; empty at the root."""


class _Naming:
    """Names the modules of a project."""

    def __init__(self, root: str, folders: _Folders) -> None:
        self._root = root
        self._folders = folders
        self._packages: dict[str, _Package] = {}
        self._roots: dict[str, str] = {}

    def location(self, path: str, *, reported: bool, content: bytes | None) -> Location:
        """The location of the file `path`."""
        folder, name = os.path.split(path)
        name = printable(name)
        package = self._package(folder)
        stem = name.removesuffix(".py").removesuffix(".pyi")
        is_package = stem == "__init__"
        names = [package.name, *([] if is_package and package.name else [stem])]
        return Location(
            path=name if package.path == "." else f"{package.path}/{name}",
            absolute=Path(path),
            module=".".join(filter(None, names)),
            root=package.root,
            is_package=is_package,
            is_stub=name.endswith(".pyi"),
            reported=reported,
            content=content,
        )

    def _package(self, folder: str) -> _Package:
        package = self._packages.get(folder)
        if package is None:
            root = self._import_root(folder)
            below = os.path.relpath(folder, root)
            package = self._packages[folder] = _Package(
                path=reported_path(Path(folder)),
                root=reported_path(Path(root)),
                name="" if below == "." else printable(below).replace(os.sep, "."),
            )
        return package

    def _import_root(self, folder: str) -> str:
        """The folder that the imports of the modules in `folder` start from."""
        root = self._roots.get(folder)
        if root is None:
            root = self._roots[folder] = self._found_root(folder)
        return root

    def _found_root(self, folder: str) -> str:
        parent = os.path.dirname(folder)
        if self._is_package(folder):
            return self._import_root(parent) if self._is_package(parent) else parent
        marked = not PROJECT_MARKS.isdisjoint(self._folders.telling(folder))
        if marked or folder in (self._root, parent) or os.path.basename(folder) == "src":
            return folder
        return self._import_root(parent)

    def _is_package(self, folder: str) -> bool:
        return not _INIT.isdisjoint(self._folders.telling(folder))


def _wanted(named: Iterable[str], aliases: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The real paths of what was named, and of what links lead to from there."""
    wanted = set(map(os.path.realpath, named))
    for link, real in aliases:
        if not wanted.isdisjoint(_upwards(os.path.realpath(os.path.dirname(link)))):
            wanted.add(real)
    return frozenset(wanted)


def _locations(
    search: _Search, naming: _Naming, wanted: frozenset[str], contents: Mapping[str, bytes]
) -> Iterator[Location]:
    """The files of a search; a stub only where it is all there is of a module."""

    @cache
    def is_wanted(folder: str) -> bool:
        return not wanted.isdisjoint(_upwards(folder))

    paths = set(search.files.values())
    for real, path in search.files.items():
        if path.endswith(".pyi") and path.removesuffix("i") in paths:
            continue
        reported = real in wanted or is_wanted(os.path.dirname(real))
        yield naming.location(path, reported=reported, content=contents.get(real))
