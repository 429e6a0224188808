"""From what checks found to what is reported: severity, ignored paths, suppressions,
duplicates, order, fingerprints.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from fastlint import suppression
from fastlint.diagnostics import Confidence, Finding, Reported, Span
from fastlint.rulebook import Rulebook
from fastlint.selection import Selection
from fastlint.summaries import ModuleSummary

Lines: TypeAlias = Callable[[str], Sequence[str]]
"""The lines of a reported path, without their ends; none where it cannot be read."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The findings to report, sorted by path and place."""

    findings: tuple[Reported, ...]
    suppressed: int
    """how many comments silenced"""


def settle(
    findings: Iterable[Finding],
    modules: Mapping[Path, ModuleSummary],
    lines: Lines,
    *,
    book: Rulebook,
    selection: Selection,
    judged: Collection[str],
) -> Settled:
    """Settles the findings in `modules`, the files reported on, by their absolute path.

    `judged` names the rules that found all there is to find, so that a suppression that
    silences none of their findings is known to be unused.
    """
    places = {module.path: path for path, module in modules.items()}
    found = _unique(finding for finding in findings if finding.path in places)
    commented = suppression.apply(found, modules.values(), book, judged)
    fingerprints = _fingerprints(_unique((*found, *commented.kept)), lines)
    silent = {module.path: selection.silent(path) for path, module in modules.items()}
    reported = [
        _reported(finding, fingerprints[_place(finding)], book, selection)
        for finding in commented.kept
        if finding.rule not in silent[finding.path]
    ]
    reported.sort(key=lambda finding: (finding.path, finding.span, finding.code))
    return Settled(tuple(reported), commented.silenced)


def _reported(finding: Finding, fingerprint: str, book: Rulebook, selection: Selection) -> Reported:
    card = book.page(finding.rule).card
    severity = selection.severities.get(finding.rule) or finding.severity or card.severity
    settled = {
        "code": card.code,
        "category": card.category,
        "severity": severity,
        "fingerprint": fingerprint,
    }
    return Reported.model_construct(**{**dict(finding), **settled})


_Place: TypeAlias = tuple[str, Span, str]


def _place(finding: Finding) -> _Place:
    return finding.path, finding.span, finding.rule


def _unique(findings: Iterable[Finding]) -> list[Finding]:
    """One finding of each rule at each place, in order: the surest, then the one that names
    its entry, then the one with the shortest trace."""
    best: dict[_Place, Finding] = {}
    for finding in sorted(findings, key=_rank):
        best.setdefault(_place(finding), finding)
    return list(best.values())


def _rank(finding: Finding) -> tuple[object, ...]:
    doubt = -list(Confidence).index(finding.confidence)
    # The text of the whole finding decides last, so that nothing is left to chance.
    return *_place(finding), doubt, finding.entry is None, len(finding.trace), repr(finding)


def _fingerprints(findings: Iterable[Finding], lines: Lines) -> dict[_Place, str]:
    """The identity of each finding, which survives when lines move. Suppressed findings
    count, so that silencing one leaves the others theirs."""
    ordinals: Counter[tuple[str, ...]] = Counter()
    fingerprints: dict[_Place, str] = {}
    for finding in findings:
        snippet = "".join(_snippet(finding.span, lines(finding.path)).split())
        identity = (finding.rule, finding.path, finding.symbol or "", snippet)
        ordinals[identity] += 1
        text = "\0".join((*identity, str(ordinals[identity])))
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        fingerprints[_place(finding)] = digest[:20]
    return fingerprints


def _snippet(span: Span, lines: Sequence[str]) -> str:
    covered = list(lines[span.line - 1 : span.end_line])
    if len(covered) <= span.end_line - span.line:
        return ""
    covered[-1] = covered[-1][: span.end_column]
    covered[0] = covered[0][span.column :]
    return "\n".join(covered)
