"""Patterns of paths, with the grammar and the meaning of a .gitignore, and what they leave out.

Paths are absolute, and strings: large projects have many of them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern


def is_pattern(text: str) -> bool:
    """Whether `text` can match anything: is not empty, a comment, or malformed."""
    return any(pattern.include is not None for pattern in _compiled(text))


class PatternSet:
    """Patterns that hold below a folder; the last one that matches a path decides."""

    def __init__(self, folder: str, patterns: Iterable[GitIgnoreSpecPattern]) -> None:
        self._folder = folder
        self._prefix = folder.rstrip(os.sep) + os.sep
        self._patterns = tuple(pattern for pattern in patterns if pattern.regex is not None)
        # Most paths match nothing. One expression for all finds that out several times faster.
        self._any = re.compile("|".join(map(_source, self._patterns)) or r"(?!)")

    @classmethod
    def parse(cls, folder: str, lines: Iterable[str]) -> PatternSet:
        """The patterns in `lines`. Like git, passes over what is none."""
        return cls(folder, (pattern for line in lines for pattern in _compiled(line)))

    def verdict(self, path: str, *, directory: bool) -> bool | None:
        """Whether `path` itself is matched (True) or exempted by `!` (False), whatever holds
        for the folders around it; None where no pattern speaks of it."""
        if not path.startswith(self._prefix):
            return None
        relative = self._relative(path, directory=directory)
        if self._any.search(relative) is None:
            return None
        verdicts = (p.include for p in reversed(self._patterns) if _is_match(p, relative))
        return next(verdicts, None)

    def matches(self, file: str) -> bool:
        """Whether `file` is matched, or a folder around it."""
        return bool(self.verdict(file, directory=False)) or any(
            self.verdict(str(folder), directory=True) for folder in Path(file).parents
        )

    def admitting(self, folder: str) -> PatternSet:
        """These patterns without those that match `folder` or a folder around it."""
        relative = self._relative(folder, directory=True)
        kept = (
            pattern
            for pattern in self._patterns
            if not (pattern.include and pattern.match_file(relative))
        )
        return PatternSet(self._folder, kept)

    def _relative(self, path: str, *, directory: bool) -> str:
        relative = path.removeprefix(self._prefix).replace(os.sep, "/")
        return f"{relative}/" if directory else relative


def _compiled(line: str) -> Sequence[GitIgnoreSpecPattern]:
    # `a/**/` is every folder in `a`, to git; to pathspec, it is `a` itself.
    line = re.sub(r"/\*\*/\s*$", "/**/*/", line)
    try:
        return GitIgnoreSpec.from_lines([line]).patterns
    except (ValueError, re.error):
        return ()


def _is_match(pattern: GitIgnoreSpecPattern, path: str) -> bool:
    """Whether `pattern` matches `path`, which ends in a slash if it is a folder, and not only
    something around it. A group of the expression captures the slash behind a folder."""
    assert pattern.regex is not None
    match = pattern.regex.search(path)
    if match is None:
        return False
    directory = path.endswith("/")
    if match.lastindex is None:
        return not directory or match.end() < len(path)
    last = len(path) - 1
    return directory and (match.start(1) == last or pattern.regex.match(path, last) is not None)


def _source(pattern: GitIgnoreSpecPattern) -> str:
    """The pattern's expression, fit to be joined with others: without names of groups."""
    assert pattern.regex is not None
    return re.sub(r"\(\?P<\w+>", "(?:", pattern.regex.pattern)


GITIGNORE = ".gitignore"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What is left out below a folder: by the settings, and by git."""

    configured: PatternSet
    ignored: tuple[PatternSet, ...] = ()
    """Innermost first: the first that speaks of a path decides."""

    def covers(self, path: str, *, directory: bool) -> bool:
        """Whether `path` is left out, given that the folder around it is not."""
        if self.configured.verdict(path, directory=directory):
            return True
        for patterns in self.ignored:
            verdict = patterns.verdict(path, directory=directory)
            if verdict is not None:
                return verdict
        return False

    def within(self, folder: str, ignore_file: str) -> Exclusion:
        """This, and what an ignore file says of what lies in `folder`."""
        patterns = PatternSet.parse(folder, _lines(ignore_file))
        return Exclusion(self.configured, (patterns, *self.ignored))

    def admitting(self, folder: str) -> Exclusion:
        """This without what leaves out `folder` itself."""
        ignored = tuple(patterns.admitting(folder) for patterns in self.ignored)
        return Exclusion(self.configured.admitting(folder), ignored)


def private_ignores(repository: str) -> str:
    """The ignore file of a git repository that is not shared with others. In a worktree or a
    submodule, `.git` is a file that leads to the repository's own folder."""
    git = Path(repository, ".git")
    if git.is_file():
        git = Path(repository, _first_line(git).removeprefix("gitdir: "))
        git = git / _first_line(git / "commondir")
    return str(git / "info" / "exclude")


def _first_line(file: Path) -> str:
    return next(iter(_lines(str(file))), "").strip()


def _lines(file: str) -> list[str]:
    try:
        content = Path(file).read_bytes()
    except OSError:  # git does without it, too
        return []
    return content.decode("utf-8-sig", "surrogateescape").split("\n")
