"""Source files: bytes to text and back without loss, and where lines begin."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from fastlint.diagnostics import Problem, ProblemKind


@dataclass(frozen=True, slots=True)
class Location:
    """Where a module of the project is found, before it is read."""

    path: str
    """As reported: relative to the working directory, with forward slashes."""
    absolute: Path
    module: str
    """Dotted name below `root`; a package's `__init__` has the package's name."""
    root: str
    """The folder that imports start from, written as `path` is."""
    is_package: bool
    is_stub: bool
    reported: bool
    """Whether findings are wanted: the file, or a folder above it, was named by the user."""
    content: bytes | None = None
    """What to read instead of the file: standard input."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was read. The fields that it shares with Location mean the same."""

    path: str
    absolute: Path
    module: str
    root: str
    is_package: bool
    is_stub: bool
    text: str
    """Decoded, without the byte order mark; line ends, tabs and form feeds are untouched."""
    encoding: str
    """Python's canonical name of the codec."""
    bom: bool
    digest: str
    """SHA-256 of the bytes, in hexadecimal."""

    def encode(self, text: str) -> bytes:
        """The bytes that `text` has in this file. Raises UnicodeEncodeError where the file's
        codec lacks a character."""
        return (codecs.BOM_UTF8 if self.bom else b"") + text.encode(self.encoding)

    @property
    def is_lossless(self) -> bool:
        """Whether encoding the text gives the file's bytes again. A few Asian codecs write one
        character in several ways; files where that shows must not be rewritten."""
        return _digest(self.encode(self.text)) == self.digest


def read(location: Location) -> SourceFile | Problem:
    """The source at `location`, or why it cannot be read; the problem names the line
    where there is one."""
    try:
        content = location.absolute.read_bytes() if location.content is None else location.content
        text, encoding, bom = _decode(content)
    except OSError as error:
        return _problem(location, f"the file cannot be read: {error.strerror or error}")
    except _UndecodableError as error:
        return _problem(location, str(error), error.line)
    return SourceFile(
        path=location.path,
        absolute=location.absolute,
        module=location.module,
        root=location.root,
        is_package=location.is_package,
        is_stub=location.is_stub,
        text=text,
        encoding=encoding,
        bom=bom,
        digest=_digest(content),
    )


def reported_path(path: Path) -> str:
    """`path` as it is reported: seen from the working directory, with forward slashes."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # on another drive
        relative = str(path)
    return printable(relative).replace(os.sep, "/")


def printable(name: str) -> str:
    """`name` of a file, with U+FFFD for bytes that are not UTF-8, so that it can be encoded."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "replace")


_NEWLINE = re.compile(r"\r\n|\r|\n")


def line_starts(text: str) -> tuple[int, ...]:
    """The offset of each line's first character. Only the line ends of Python's grammar
    count, not the further ones of `str.splitlines`."""
    return (0, *(match.end() for match in _NEWLINE.finditer(text)))


def _problem(location: Location, message: str, line: int | None = None) -> Problem:
    return Problem(kind=ProblemKind.UNREADABLE, path=location.path, message=message, line=line)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class _UndecodableError(Exception):
    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


_UTF_8 = "utf-8"
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def _decode(content: bytes) -> tuple[str, str, bool]:
    """Text, codec and whether there is a byte order mark."""
    if content.startswith(_WIDE_MARKS):
        raise _UndecodableError("the file is in UTF-16 or UTF-32, not in UTF-8: save it as UTF-8")
    if (at := content.find(0)) >= 0:
        raise _UndecodableError("the file is binary: it holds a NUL byte", _line(content, at))
    bom = content.startswith(codecs.BOM_UTF8)
    body = content.removeprefix(codecs.BOM_UTF8)
    encoding = _encoding(body, bom=bom)
    try:
        text = body.decode(encoding)
        text.encode(_UTF_8)
    except UnicodeDecodeError as error:
        raise _UndecodableError(
            f"byte 0x{body[error.start]:02x} is not {encoding}: save the file as UTF-8, or declare "
            "its codec in the first line",
            _line(body, error.start),
        ) from error
    except UnicodeError as error:
        raise _UndecodableError(f"the file is not {encoding}: {error}") from error
    return text, encoding, bom


_BYTE_NEWLINE = re.compile(rb"\r\n|\r|\n")


def _line(content: bytes, at: int) -> int:
    return sum(1 for _ in _BYTE_NEWLINE.finditer(content, 0, at)) + 1


# PEP 263: the codec stands in a comment of its own on the first line, or on the second behind
# a comment or an empty line.
_COOKIE = re.compile(rb"[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
_VOID = re.compile(rb"[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)")

# Editors append how lines end (`utf-8-unix`), and Python looks no further than these.
_SUFFIXED = re.compile(r"(utf-8|(?:iso-)?latin-1|iso-8859-1)(?:-.*)?")


def _encoding(body: bytes, *, bom: bool) -> str:
    """The codec that `body` declares, else UTF-8."""
    line, cookie = 1, _COOKIE.match(body)
    if cookie is None and (void := _VOID.match(body)):
        line, cookie = 2, _COOKIE.match(body, void.end())
    if cookie is None:
        return _UTF_8
    name = cookie[1].decode("ascii")
    try:
        encoding = _codec(name)
    except (LookupError, UnicodeError) as error:
        message = f"`{name}` is no codec that Python source can be in"
        raise _UndecodableError(message, line) from error
    if bom and encoding != _UTF_8:
        message = f"the file begins with the mark of UTF-8, but declares `{name}`"
        raise _UndecodableError(message, line)
    return encoding


def _codec(name: str) -> str:
    """Python's name of the codec; raises LookupError or UnicodeError where it is none for
    text, or does not keep ASCII as it is."""
    if suffixed := _SUFFIXED.fullmatch(name.lower().replace("_", "-")):
        name = "utf-8" if suffixed[1] == "utf-8" else "latin-1"
    encoding = codecs.lookup(name).name
    if _ASCII.decode(encoding) != _ASCII.decode("ascii"):
        raise LookupError(name)
    return encoding


_ASCII = b"# coding\n"
