"""Comments that silence findings: their grammar, what they silence, and which are useless.

    # fastlint: ignore[blocking-http, FL104] -- why      a statement: on it, or alone above it
    # fastlint: ignore-file[blocking-http] -- why        the whole file
    # noqa: FL102                                        explicit codes of fastlint only

`# fastlint: ignore` without brackets silences every rule. The extraction hands each comment
to `parse` and says which lines it covers; `apply` filters the findings with the result.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fastlint.diagnostics import Finding
from fastlint.rulebook import Rulebook
from fastlint.summaries import ModuleSummary, Suppression

UNUSED = "unused-suppression"
UNKNOWN = "unknown-suppression"
BARE = "bare-suppression"

RULES = (UNUSED, UNKNOWN, BARE)
"""The rules whose findings are made here, not by a check."""

Names = tuple[tuple[str, int, int], ...]

_MARK = re.compile(r"#\s*(?P<tool>fastlint|(?i:noqa)\s*):\s*")
_IGNORE = re.compile(
    r"(?P<verb>ignore-file|ignore)(?![\w-])\s*(?:\[(?P<names>[^\]]*)\]|(?=--|#|$))"
)
_NAME = re.compile(r"[^,\s](?:[^,]*[^,\s])?")
_CODES = re.compile(r"[A-Z]+[0-9]+(?:[\s,]+[A-Z]+[0-9]+)*", re.IGNORECASE)
_OWN_CODE = re.compile(r"\bFL[0-9]{3}\b")


# --- grammar -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Directive:
    """One suppression in a comment; the fields are those of `Suppression`.

    A comment that addresses fastlint but cannot be read has itself, from the `#` on, as
    its only name, so that it silences nothing and is reported.
    """

    names: Names | None
    reason: str | None
    whole_file: bool
    foreign: bool
    start: int
    end: int

    def covering(self, first: int, last: int) -> Suppression:
        """The suppression, for a comment that belongs to the lines `first` to `last`."""
        if self.whole_file:
            first = last = 0
        return Suppression(self.names, self.reason, first, last, self.foreign, self.start, self.end)


def parse(comment: str, offset: int) -> tuple[Directive, ...]:
    """The suppressions in a comment (`comment` begins with `#`) that stands at `offset`.

    Comments of other tools may precede or follow them: `# type: ignore # noqa: FL102`.
    """
    marks = list(_MARK.finditer(comment))
    ends = [mark.start() for mark in marks[1:]] + [len(comment)]
    directives = (_directive(mark, end, offset) for mark, end in zip(marks, ends, strict=False))
    return tuple(directive for directive in directives if directive is not None)


def _directive(mark: re.Match[str], end: int, offset: int) -> Directive | None:
    body = mark.string[mark.end() : end].rstrip()
    start, at = offset + mark.start(), offset + mark.end()
    end = at + len(body)
    if mark["tool"] != "fastlint":
        names = _own_codes(body, at)
        return Directive(names, _reason(body), False, True, start, end) if names else None
    match = _IGNORE.match(body)
    if match is None or (match["names"] is not None and not match["names"].strip(", \t")):
        unreadable = ((mark[0] + body, start, end),)
        return Directive(unreadable, None, False, False, start, end)
    bracketed = match["names"]
    listed = None if bracketed is None else _listed(bracketed, at + match.start("names"))
    reason = _reason(body[match.end() :])
    return Directive(listed, reason, match["verb"] == "ignore-file", False, start, end)


def _listed(text: str, offset: int, item: re.Pattern[str] = _NAME) -> Names:
    matches = item.finditer(text)
    return tuple((match[0], offset + match.start(), offset + match.end()) for match in matches)


def _own_codes(text: str, offset: int) -> Names:
    codes = _CODES.match(text)
    if codes is None:
        return ()
    return _listed(codes[0].upper(), offset, _OWN_CODE)


def _reason(text: str) -> str | None:
    return text.partition("--")[2].strip() or None


# --- filtering ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filtered:
    """What is left of the findings, with those about the comments themselves."""

    kept: tuple[Finding, ...]
    silenced: int


@dataclass(frozen=True, slots=True)
class _Silencer:
    """A suppression and the rules that it names, by what stands there; None if it is bare."""

    comment: Suppression
    rules: Mapping[str, str] | None

    def silences(self, finding: Finding, *, by_name: bool) -> bool:
        if self.rules is None:
            return not by_name and self._covers(finding)
        return finding.rule in self.rules.values() and self._covers(finding)

    def _covers(self, finding: Finding) -> bool:
        first, last = self.comment.first, self.comment.last
        return last == 0 or first <= finding.span.line <= last


_Uses = set[tuple[Suppression, str]]
"""Which suppression silenced a finding of which rule."""


def apply(
    findings: Iterable[Finding],
    modules: Iterable[ModuleSummary],
    rulebook: Rulebook,
    active: Collection[str],
) -> Filtered:
    """Drops the findings that comments in `modules` silence, and reports useless comments.

    `active` names the rules that ran, and ran to their end: of others nobody can say that
    their suppression is unused. The rules about suppressions report only if they are active.
    """
    by_path: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_path[finding.path].append(finding)
    silenced = 0
    for module in modules:
        if module.suppressions:
            found = by_path[module.path]
            by_path[module.path], count = _filter(module, found, rulebook, active)
            silenced += count
    return Filtered(tuple(finding for found in by_path.values() for finding in found), silenced)


def _filter(
    module: ModuleSummary, found: Sequence[Finding], rulebook: Rulebook, active: Collection[str]
) -> tuple[list[Finding], int]:
    silencers = [_silencer(comment, rulebook) for comment in module.suppressions]
    kept, uses = _split(found, silencers)
    silenced = len(found) - len(kept)
    careless = [*_unknown(module, rulebook), *_bare(module, silencers, uses)]
    kept_careless, more_uses = _split(careless, silencers, by_name=True)
    unused = list(_unused(module, silencers, uses | more_uses, rulebook, active))
    kept_unused, _ = _split(unused, silencers, by_name=True)
    own = [finding for finding in kept_careless + kept_unused if finding.rule in active]
    return kept + own, silenced


def _silencer(comment: Suppression, rulebook: Rulebook) -> _Silencer:
    if comment.names is None:
        return _Silencer(comment, None)
    names = [name for name, _, _ in comment.names if name in rulebook]
    return _Silencer(comment, {name: rulebook.page(name).name for name in names})


def _split(
    findings: Iterable[Finding], silencers: Sequence[_Silencer], *, by_name: bool = False
) -> tuple[list[Finding], _Uses]:
    """The findings that no comment silences, and which comments silenced the others."""
    kept: list[Finding] = []
    uses: _Uses = set()
    for finding in findings:
        hits = {
            (silencer.comment, finding.rule)
            for silencer in silencers
            if silencer.silences(finding, by_name=by_name)
        }
        uses |= hits
        if not hits:
            kept.append(finding)
    return kept, uses


# --- findings about comments -------------------------------------------------------

_GRAMMAR = (
    "Write `# fastlint: ignore[rule-name]` for a statement, `# fastlint: ignore-file[rule-name]` "
    "for a file, and the reason behind `--`."
)


def _unknown(module: ModuleSummary, rulebook: Rulebook) -> Iterator[Finding]:
    for comment in module.suppressions:
        for name, start, end in comment.names or ():
            if name in rulebook:
                continue
            message = f"suppression of `{name}`, which is no rule"
            if name.startswith("#"):
                message = f"`{name}` cannot be read as a suppression"
            close = rulebook.suggestion(name)
            help_ = f"Did you mean `{close}`?" if close else _GRAMMAR
            yield _finding(UNKNOWN, module, start, end, message, help_)


def _bare(module: ModuleSummary, silencers: Iterable[_Silencer], uses: _Uses) -> Iterator[Finding]:
    for silencer in silencers:
        if silencer.rules is not None:
            continue
        comment = silencer.comment
        rules = sorted(rule for used, rule in uses if used is comment)
        verb = "ignore-file" if comment.last == 0 else "ignore"
        help_ = f"Write `{verb}[{', '.join(rules or ['rule-name'])}]`."
        message = "this suppression names no rule, so it hides whatever is found here"
        yield _finding(BARE, module, comment.start, comment.end, message, help_)


def _unused(
    module: ModuleSummary,
    silencers: Iterable[_Silencer],
    uses: _Uses,
    rulebook: Rulebook,
    active: Collection[str],
) -> Iterator[Finding]:
    """Names that silence nothing. `unused-suppression` itself may always be named, and a
    bare comment is judged only where every rule ran that runs by default."""
    complete = all(page.name in active for page in rulebook if page.card.default == "on")
    for silencer in silencers:
        comment = silencer.comment
        place = "in this file" if comment.last == 0 else "here"
        if silencer.rules is None:
            if complete and not any(used is comment for used, _ in uses):
                message = f"nothing is reported {place} that this suppression could hide"
                yield _useless(module, comment.start, comment.end, message)
            continue
        for name, start, end in comment.names or ():
            rule = silencer.rules.get(name)
            if rule in active and rule != UNUSED and (comment, rule) not in uses:
                message = f"`{name}` is not reported {place}, yet a suppression names it"
                yield _useless(module, start, end, message)


def _useless(module: ModuleSummary, start: int, end: int, message: str) -> Finding:
    return _finding(UNUSED, module, start, end, message, "Remove it from the comment.")


def _finding(
    rule: str, module: ModuleSummary, start: int, end: int, message: str, help_: str
) -> Finding:
    return Finding(
        rule=rule,
        path=module.path,
        span=module.span(start, end),
        message=message,
        help=help_,
    )
