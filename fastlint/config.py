"""Settings: `[tool.fastlint]` of a pyproject.toml, or a fastlint.toml, and where each came from.

The folder of the first path named, and those above it, are searched for a file with settings;
fastlint.toml wins over pyproject.toml beside it. The command line comes last: its `select`
replaces every selection of the file, its `ignore` and `extend-*` add to the file's, and
anything else replaces the file's.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

from packaging import version as pep440
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    Tag,
    ValidationError,
)

from fastlint import toml
from fastlint.catalogues import KINDS
from fastlint.diagnostics import Severity
from fastlint.patterns import is_pattern
from fastlint.sources import reported_path
from fastlint.toml import Key

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

FASTLINT_TOML = "fastlint.toml"
PYPROJECT_TOML = "pyproject.toml"


class ConfigError(ValueError):
    """The settings cannot be used. The message is complete: each line says where, what is
    wrong, and what to write instead."""


class OutputFormat(StrEnum):
    """How a report is written."""

    TEXT = "text"
    COMPACT = "compact"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from: `default`, `command line`, or a file and its line."""

    source: str
    line: int | None = None

    def __str__(self) -> str:
        return self.source if self.line is None else f"{self.source}:{self.line}"


DEFAULT = Origin("default")
COMMAND_LINE = Origin("command line")


class Setting(NamedTuple):
    """A setting as `fastlint config` shows it; a list of two origins is shown as two."""

    key: str
    value: Any
    origin: Origin


# --- values --------------------------------------------------------------------------


def _check_dotted(name: str) -> str:
    if not all(part.isidentifier() for part in name.split(".")):
        raise ValueError(f"`{name}` is no dotted name, as in `package.module.function`")
    return name


def _check_kind(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f"`{kind}` is none of {', '.join(f'`{known}`' for known in KINDS)}")
    return kind


def _check_version(version: str) -> str:
    try:
        pep440.Version(version)
    except pep440.InvalidVersion:
        raise ValueError(f"`{version}` is no version, as in `1.2.3`") from None
    return version


def _check_pattern(pattern: str) -> str:
    if not is_pattern(pattern):
        raise ValueError(f"`{pattern}` is no pattern, as in a .gitignore")
    return pattern


Text = Annotated[str, StringConstraints(strict=True, min_length=1)]
Dotted = Annotated[Text, AfterValidator(_check_dotted)]
Kind = Annotated[Text, AfterValidator(_check_kind)]
Version = Annotated[Text, AfterValidator(_check_version)]
Pattern = Annotated[Text, AfterValidator(_check_pattern)]


def _form(value: object) -> str:
    return "[list]" if isinstance(value, list | tuple) else "[table]"


Blocking = Annotated[
    Annotated[tuple[Dotted, ...], Tag("[list]")] | Annotated[Mapping[Dotted, Kind], Tag("[table]")],
    Discriminator(_form),
]


def _kebab(name: str) -> str:
    return name.replace("_", "-")


class Settings(BaseModel):
    """What may be written in a file or on the command line, with hyphens for underscores."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=_kebab, populate_by_name=True
    )

    select: tuple[Text, ...] | None = None
    """selectors of the rules that run; None means those that are on by default"""
    extend_select: tuple[Text, ...] = ()
    """selectors of rules that run besides"""
    ignore: tuple[Text, ...] = ()
    """selectors of rules that do not run"""
    per_path_ignores: Mapping[Pattern, tuple[Text, ...]] = Field(default_factory=dict)
    """by pattern of paths, selectors of rules that say nothing there; `!` negates a pattern"""
    severity: Mapping[Text, Severity] = Field(default_factory=dict)
    """by selector, another severity than the rule's own"""
    rules: Mapping[Text, Mapping[str, Any]] = Field(default_factory=dict)
    """options by name of the rule; see `Config.options`"""
    exclude: tuple[Pattern, ...] = ("build/", "dist/", "_build/", "buck-out/")
    """what is left out, in place of the default"""
    extend_exclude: tuple[Pattern, ...] = ()
    """what is left out besides"""
    force_exclude: StrictBool = False
    """leave out also what is named on the command line"""
    respect_gitignore: StrictBool = True
    """leave out what git ignores"""
    extend_blocking: Blocking = ()
    """the project's own functions that block; see `blocking`"""
    allow_blocking: tuple[Dotted, ...] = ()
    """functions whose blocking is accepted"""
    offloaders: tuple[Dotted, ...] = ()
    """functions that run their first callable argument in another thread or process"""
    catalogues: tuple[Path, ...] = ()
    """further catalogue files, relative to the file that names them"""
    fastapi_version: Version | None = None
    starlette_version: Version | None = None
    pydantic_version: Version | None = None
    python_version: Version | None = None
    fail_on: Severity = Severity.WARNING
    """the mildest severity that makes the exit code 1"""
    output_format: OutputFormat = OutputFormat.TEXT
    jobs: Annotated[StrictInt, Field(ge=1)] | None = None
    """worker processes; None means one for each processor"""

    @property
    def blocking(self) -> Mapping[str, str]:
        """The kinds of `extend_blocking` by name; those of a list are `network`."""
        match self.extend_blocking:
            case tuple(names):
                return dict.fromkeys(names, "network")
            case kinds:
                return kinds


_NAMES = {_kebab(name): name for name in Settings.model_fields}
"""The fields by their written names."""

_SELECTION = ("select", "extend-select", "ignore")
_ADDING = ("extend-select", "ignore", "extend-exclude")
"""Lists that the command line adds to."""

ModelT = TypeVar("ModelT", bound=BaseModel)


class Config(Settings):
    """The settings of a run."""

    file: Path | None = None
    """the file with the settings, absolute"""
    folder: Path = Field(default_factory=Path.cwd)
    """the folder that patterns of paths are relative to: the one of `file`, where that is
    around what was named, else the working directory"""
    origins: Mapping[Key, Origin] = Field(default_factory=dict, repr=False)
    """by key as written; what is not here is a default"""

    def origin(self, *key: str | int) -> Origin:
        """Where a value came from: `origin("select")`, `origin("select", 0)` for its first
        item, `origin("rules", "blocking-http", "allow")`. Of what has no line of its own, the
        origin is that of the list or table around it."""
        return _origin(self.origins, key)

    def error(self, message: str, *key: str | int) -> ConfigError:
        """The error that says `message` of the value at `key`, with its origin."""
        return ConfigError(f"{self.origin(*key)}: {message}")

    def selectors(self) -> Iterator[tuple[Key, str]]:
        """Every selector of rules that was written, with the key that `origin` and `error`
        take: selections, paths, severities and, by their names, options."""
        for name in _SELECTION:
            selectors = getattr(self, _NAMES[name]) or ()
            yield from (((name, index), word) for index, word in enumerate(selectors))
        for pattern, words in self.per_path_ignores.items():
            yield from ((("per-path-ignores", pattern, i), word) for i, word in enumerate(words))
        for name in ("severity", "rules"):
            yield from (((name, word), word) for word in getattr(self, name))

    def options(self, rule: str, model: type[ModelT]) -> ModelT:
        """The options of a rule, `[rules.<rule>]`, as its model; raises ConfigError for what
        the model does not take."""
        try:
            return model.model_validate(self.rules.get(rule, {}))
        except ValidationError as error:
            known = [field.alias or name for name, field in model.model_fields.items()]
            raise _error(self.origins, _faults(error, ("rules", rule), known)) from error

    def settings(self) -> Iterator[Setting]:
        """Every setting with its origin, tables entry by entry."""
        for key, name in _NAMES.items():
            yield from self._settings((key,), getattr(self, name))

    def _settings(self, key: Key, value: Any) -> Iterator[Setting]:
        match value:
            case Mapping() if value:
                for name, inner in value.items():
                    yield from self._settings((*key, name), inner)
            case tuple() if value:
                places = range(len(value))
                for _, group in groupby(places, key=lambda at: self.origin(*key, at).source):
                    first, *rest = group
                    origin = self.origin(*key, first) if first else self.origin(*key)
                    yield Setting(_dotted(key), tuple(value[at] for at in (first, *rest)), origin)
            case _:
                yield Setting(_dotted(key), value, self.origin(*key))


# --- loading -------------------------------------------------------------------------


def load(
    named: Iterable[Path] = (),
    *,
    file: Path | None = None,
    isolated: bool = False,
    overrides: Mapping[str, Any] | None = None,
) -> Config:
    """The settings for a run on the paths `named`, or on the working directory.

    `file` takes the place of the search, `isolated` leaves out every file. `overrides` are
    the settings of the command line, keyed and typed as in a file; None and empty lists stand
    for what was not given. Raises ConfigError.
    """
    if file is not None and isolated:
        raise ConfigError("`--config` and `--isolated` exclude each other: leave one out")
    within = common_folder(named)
    if file is not None:
        file = Path(os.path.abspath(file))  # noqa: PTH100 - `resolve` would follow links
        written = _required(file)
    elif isolated:
        written = _Written()
    else:
        file, written = _nearest(within)
    written = _overridden(written, _command_line(overrides or {}))
    origin = {"file": file, "folder": _patterns_folder(file, within), "origins": written.origins}
    return Config.model_validate({**written.values, **origin})


def _patterns_folder(file: Path | None, within: Path) -> Path:
    if file is not None and file.parent in (within, *within.parents):
        return file.parent
    return Path.cwd()


def common_folder(paths: Iterable[Path]) -> Path:
    """The innermost folder that holds all of `paths`, absolute; a folder holds itself. For
    none, the working directory. Raises ConfigError for paths on several drives."""
    absolute = [os.path.abspath(path) for path in paths]  # noqa: PTH100 - folds `..`
    folders = [path if os.path.isdir(path) else str(Path(path).parent) for path in absolute]  # noqa: PTH112
    try:
        return Path(os.path.commonpath(folders)) if folders else Path.cwd()
    except ValueError:
        raise ConfigError("the paths lie on several drives: name those of one") from None


@dataclass(frozen=True, slots=True)
class _Written:
    """Settings as they were written, found right, with the origins of their keys."""

    values: Mapping[str, Any] = field(default_factory=dict)
    origins: Mapping[Key, Origin] = field(default_factory=dict)


def _overridden(written: _Written, given: Mapping[str, Any]) -> _Written:
    """`written` with the command line's settings on top."""
    replaced = set(given).difference(_ADDING)
    if "select" in replaced:
        replaced.update(_SELECTION)
    values = {name: value for name, value in written.values.items() if name not in replaced}
    origins = {key: origin for key, origin in written.origins.items() if key[0] not in replaced}
    for name, value in given.items():
        before = values.get(name, ())
        values[name] = [*before, *value] if name in _ADDING else value
        origins.setdefault((name,), COMMAND_LINE)
        if before:
            places = range(len(before), len(values[name]))
            origins.update({(name, place): COMMAND_LINE for place in places})
    return _Written(values, origins)


def _command_line(overrides: Mapping[str, Any]) -> Mapping[str, Any]:
    given = {name: value for name, value in overrides.items() if value not in (None, (), [])}
    return _checked(given, {(name,): COMMAND_LINE for name in given}, Path.cwd()).values


# --- reading -------------------------------------------------------------------------


def _nearest(folder: Path) -> tuple[Path | None, _Written]:
    """The first file with settings in `folder` or above it, and what it says."""
    for candidate in (folder, *folder.parents):
        for file in (candidate / FASTLINT_TOML, candidate / PYPROJECT_TOML):
            # `Path.is_file` raises for a name that the system refuses.
            if os.path.isfile(file) and (written := _read(file)):  # noqa: PTH113
                return file, written
    return None, _Written()


def _required(file: Path) -> _Written:
    if written := _read(file):
        return written
    raise ConfigError(f"{reported_path(file)}: no settings here: add a table `[tool.fastlint]`")


def _read(file: Path) -> _Written | None:
    """The settings in a file; None for a pyproject.toml without any."""
    text = _text(file)
    if file.name != PYPROJECT_TOML:
        return _table(file, text, ())
    # The other tools' part may be a template, or broken: theirs to complain of.
    return _table(file, text, ("tool", "fastlint")) if "fastlint" in text else None


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{reported_path(file)}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{reported_path(file)}:{line}: not in UTF-8: save it so") from error


def _table(file: Path, text: str, path: tuple[str, ...]) -> _Written | None:
    """The settings in the table at `path`; None where there is no such table."""
    place = reported_path(file)
    try:
        document = toml.parse(text)
    except toml.TomlError as error:
        raise ConfigError(f"{Origin(place, error.line)}: not TOML: {error}") from error
    if path and path not in document.lines:
        return None
    values: Any = document.values
    for name in path:
        values = values[name]
    if not isinstance(values, dict):
        raise ConfigError(f"{place}:{document.lines[path]}: `{'.'.join(path)}` must be a table")
    origins = {
        key[len(path) :]: Origin(place, line)
        for key, line in document.lines.items()
        if key[: len(path)] == path != key
    }
    if not path and "tool" in values:
        raise ConfigError(
            f"{origins['tool',]}: `[tool.fastlint]` is for pyproject.toml: write the settings "
            f"of {file.name} at its top"
        )
    return _checked(values, origins, file.parent)


# --- checking ------------------------------------------------------------------------

Fault = tuple[Key, str]


def _checked(values: Mapping[str, Any], origins: Mapping[Key, Origin], folder: Path) -> _Written:
    """The settings, whose paths are relative to `folder`; raises ConfigError that lists
    everything that is wrong with them."""
    known = {name: value for name, value in values.items() if name in _NAMES}
    faults: list[Fault] = [
        ((name,), _unknown("setting", name, _NAMES)) for name in values if name not in _NAMES
    ]
    try:
        catalogues = [folder / name for name in Settings.model_validate(known).catalogues]
    except ValidationError as error:
        raise _error(origins, [*faults, *_faults(error)]) from error
    for index, path in enumerate(catalogues):
        if not path.is_file():
            faults.append((("catalogues", index), f"no such file: `{reported_path(path)}`"))
    if faults:
        raise _error(origins, faults)
    return _Written({**known, "catalogues": catalogues} if catalogues else known, origins)


def _error(origins: Mapping[Key, Origin], faults: Iterable[Fault]) -> ConfigError:
    """The error that lists `faults`, in the order of their lines."""
    placed = [(_origin(origins, key), message) for key, message in faults]
    placed.sort(key=lambda fault: fault[0].line or 0)
    return ConfigError("\n".join(f"{origin}: {message}" for origin, message in placed))


def _origin(origins: Mapping[Key, Origin], key: Key) -> Origin:
    """The origin of `key`, or of the innermost list or table around it that has one."""
    while key and key not in origins:
        key = key[:-1]
    return origins.get(key, DEFAULT)


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"unknown {what} `{name}`" + (f": did you mean `{close[0]}`?" if close else "")


def _faults(
    error: ValidationError, table: Key = (), options: Iterable[str] = ()
) -> Iterator[Fault]:
    """What is wrong with a table, one message for each value; `options` is what it may hold."""
    for item in error.errors(include_url=False):
        # Steps in brackets are no part of the value's place, but say how it was read.
        inner = (step for step in item["loc"] if not str(step).startswith("["))
        key = (*table, *inner)
        if item["type"] == "extra_forbidden":
            yield key, f"`{_dotted(key[:-1])}`: {_unknown('option', str(key[-1]), options)}"
        else:
            yield key, f"{_shown(key)}: {_fault(item)}"


def _shown(key: Key) -> str:
    match key:
        case (*outer, int(index)):
            return f"item {index + 1} of `{_dotted(outer)}`"
        case _:
            return f"`{_dotted(key)}`"


def _dotted(key: Iterable[str | int]) -> str:
    return ".".join(map(str, key))


_EXPECTED = {
    "bool_type": "true or false",
    "dict_type": "a table",
    "int_type": "a whole number",
    "mapping_type": "a table",
    "path_type": "a string",
    "string_type": "a string",
    "tuple_type": "a list",
}

_CALLED = {
    bool: "a boolean",
    dict: "a table",
    float: "a decimal number",
    int: "a number",
    list: "a list",
    str: "a string",
}


def _fault(item: ErrorDetails) -> str:
    given = item["input"]
    context = item.get("ctx", {})
    match item["type"]:
        case "value_error":
            return str(context["error"])
        case "enum" | "literal_error":
            choices = context["expected"].replace("'", "`")
            return f"must be {choices}, not `{given}`"
        case "greater_than_equal":
            return f"must be at least {context['ge']}, not {given}"
        case "string_too_short":
            return "must not be empty"
        case kind if expected := _EXPECTED.get(kind):
            return (
                f"must be {expected}, not {_CALLED.get(type(given), 'a date')}{_cure(kind, given)}"
            )
        case _:
            return item["msg"]


def _cure(kind: str, given: object) -> str:
    match kind, given:
        case "tuple_type", str():
            return f': write `["{given}"]`'
        case "string_type", int() | float():
            return ": write it in quotes"
        case _:
            return ""
