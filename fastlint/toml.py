"""TOML together with the line on which each key and item stands."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Key = tuple[str | int, ...]
"""The way to a value: names of tables and keys, and 0-based places in lists."""


class TomlError(ValueError):
    """A text is not TOML. `line` is 1-based; None where it cannot be told."""

    def __init__(self, message: str, line: int | None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed text: its values, and the 1-based line of every key and item in it."""

    values: Mapping[str, Any]
    lines: Mapping[Key, int]


def parse(text: str) -> Document:
    """The document that `text` holds; raises TomlError where it is malformed."""
    try:
        return Document(tomllib.loads(text), _Locator(text).lines)
    except tomllib.TOMLDecodeError as error:
        raise _explained(error) from error
    except RecursionError:
        raise TomlError("nested too deeply", None) from None


_PLACE = re.compile(r"(?P<fault>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)")


def _explained(error: tomllib.TOMLDecodeError) -> TomlError:
    match _PLACE.fullmatch(str(error)):
        case None:
            return TomlError(str(error), None)
        case place:
            return TomlError(place["fault"], int(place["line"]) if place["line"] else None)


_STRING = "|".join(
    (  # the long forms first
        r'"""(?:\\.|[^\\])*?"{3,5}',
        r"'''.*?'{3,5}",
        r'"(?:\\.|[^"\\])*"',
        r"'[^']*'",
    )
)
_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_NAME = re.compile(rf"[ \t]*(?:(?P<bare>[\w-]+)|(?P<quoted>{_STRING}))[ \t]*", re.DOTALL)
_SCALAR = re.compile(rf"{_STRING}|[^,\]}}#\n]+", re.DOTALL)


class _Locator:
    """Walks over a text that is known to be TOML and notes where each key begins."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Key, int] = {}
        self._text = text
        self._at = 0
        self._newlines = [match.start() for match in re.finditer("\n", text)]
        self._sizes: dict[Key, int] = {}
        table: Key = ()
        while self._skip_blank():
            if self._takes("["):
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Key:
        start = self._at
        repeated = self._takes("[")
        *outer, last = self._dotted()
        table: Key = ()
        for name in outer:
            table = self._within(self._note((*table, name), start))
        table = self._note((*table, last), start)
        if repeated:
            self._sizes[table] = self._sizes.get(table, 0) + 1
            table = self._note(self._within(table), start)
        self._takes("]")
        self._takes("]")
        return table

    def _within(self, table: Key) -> Key:
        """The last item, where `table` is a list of tables."""
        size = self._sizes.get(table)
        return table if size is None else (*table, size - 1)

    def _pair(self, table: Key) -> None:
        start = self._at
        for name in self._dotted():
            table = self._note((*table, name), start)
        self._takes("=")
        self._value(table)

    def _value(self, key: Key) -> None:
        self._skip_blank()
        if self._takes("["):
            self._list(key)
        elif self._takes("{"):
            self._inline_table(key)
        else:
            self._match(_SCALAR)

    def _list(self, key: Key) -> None:
        index = 0
        while self._skip_blank() and not self._takes("]"):
            self._value(self._note((*key, index), self._at))
            self._skip_blank()
            self._takes(",")
            index += 1

    def _inline_table(self, key: Key) -> None:
        while self._skip_blank() and not self._takes("}"):
            self._pair(key)
            self._skip_blank()
            self._takes(",")

    def _dotted(self) -> list[str]:
        names = [self._name()]
        while self._takes("."):
            names.append(self._name())
        return names

    def _name(self) -> str:
        match = self._match(_NAME)
        if match["bare"]:
            return match["bare"]
        (name,) = tomllib.loads(f"{match['quoted']} = 0")
        return name

    def _note(self, key: Key, start: int) -> Key:
        self.lines.setdefault(key, bisect_left(self._newlines, start) + 1)
        return key

    def _skip_blank(self) -> bool:
        """Goes to the next token; whether there is one."""
        self._match(_BLANK)
        return self._at < len(self._text)

    def _takes(self, mark: str) -> bool:
        taken = self._text.startswith(mark, self._at)
        self._at += len(mark) if taken else 0
        return taken

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self._text, self._at)
        assert match is not None, f"not TOML at {self._at}"
        self._at = match.end()
        return match
