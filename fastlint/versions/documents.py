"""What the files beside a project say of versions, and where they say it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion, Version

from fastlint.config import Origin
from fastlint.sources import reported_path

PYTHON = "python"
LIBRARIES = ("fastapi", "starlette", "pydantic", "httpx", PYTHON)
"""What is looked for; there are settings for most of them."""


@dataclass(frozen=True, slots=True)
class Detected:
    """A version and where it was found. None is the newest there is; `2.dev0`, the least of
    all that begin with 2, stands for the newest below 2."""

    version: Version | None
    origin: Origin

    def __str__(self) -> str:
        if self.version is None:
            return "newest"
        text = str(self.version)
        return f"below {text.removesuffix('.dev0')}" if text.endswith(".dev0") else text


_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

Found = Iterator[tuple[str, Detected]]
"""Libraries with what is known of them; the first one counts."""


def read(file: Path) -> str:
    """The text of a file, which PowerShell's `>` writes in UTF-16; an empty one where it
    cannot be read."""
    try:
        content = file.read_bytes()
        codec = "utf-16" if content.startswith(_UTF16) else "utf-8-sig"
        return content.decode(codec).replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return ""


def place(file: Path, text: str, offset: int) -> Origin:
    """The file and the line of its text that holds `offset`."""
    return Origin(reported_path(file), text.count("\n", 0, offset) + 1)


def version_of(text: str) -> Version | None:
    """The version that is written; None for what is none."""
    try:
        return Version(text)
    except InvalidVersion:
        return None


def requirement_of(text: str) -> Requirement | None:
    """The requirement that is written; None for what is none."""
    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


_REQUIREMENT = re.compile(r"^[ \t]*(?P<text>[A-Za-z][^#\n\\]*)", re.MULTILINE)


def requirements(folder: Path) -> Iterator[tuple[Requirement, Origin]]:
    """What the requirements files in a folder list; `requirements.txt` comes first."""
    patterns = ("requirements.txt", "requirements*.txt", "requirements*.in", "requirements/*.txt")
    for pattern in patterns:
        for file in sorted(folder.glob(pattern)):
            yield from _requirements_in(file)


def _requirements_in(file: Path) -> Iterator[tuple[Requirement, Origin]]:
    text = read(file)
    for match in _REQUIREMENT.finditer(text):
        requirement = requirement_of(match["text"].partition(" --")[0])
        if requirement is not None:
            yield requirement, place(file, text, match.start("text"))
