"""Extraction: from the text of one file to its facts. The only package that parses.

`extract` is a pure function of the source (and of the node checks it is handed), so that
files can be extracted in any process and in any order.
"""

from __future__ import annotations

import ast
import re
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import libcst as cst

from fastlint.diagnostics import Finding, Problem, ProblemKind
from fastlint.extraction.expressions import NodeHook
from fastlint.extraction.module import Module
from fastlint.extraction.positions import Positions, without_feeds
from fastlint.extraction.walker import Walker
from fastlint.rule import Options, Rule
from fastlint.sources import SourceFile, line_starts
from fastlint.summaries import ModuleSummary, Suppression, line_of
from fastlint.suppression import parse as parse_suppressions

DEEPEST_NESTING = 200
"""CPython's own limit for nested brackets; libcst's parser dies somewhere above 1,000."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one file gave: its facts, the findings of node checks, and what went wrong."""

    summary: ModuleSummary
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]


def extract(
    source: SourceFile,
    rules: Sequence[Rule[Any]] = (),
    options: Mapping[str, Options] | None = None,
) -> Extraction | Problem:
    """The facts of `source`, or the problem that keeps it from being read.

    `rules` are those whose node checks run; `options` holds their options by name.
    """
    too_deep = _nesting_problem(source)
    if too_deep is not None:
        return too_deep
    try:
        text, gaps = without_feeds(source.text)
        tree = cst.parse_module(text)
        positions = Positions(tree, gaps)
    except cst.ParserSyntaxError as error:
        return _syntax_problem(source, error)
    except RecursionError:
        return _problem(source, ProblemKind.SYNTAX, "an expression is nested too deeply to read")
    return _walk(source, tree, positions, rules, options or {})


def _walk(
    source: SourceFile,
    tree: cst.Module,
    positions: Positions,
    rules: Sequence[Rule[Any]],
    options: Mapping[str, Options],
) -> Extraction | Problem:
    starts = line_starts(source.text)
    findings: list[Finding] = []
    problems: list[Problem] = []
    hooks: dict[type[cst.CSTNode], list[NodeHook]] = {}
    has_suppressions = "fastlint:" in source.text or "noqa" in source.text.lower()
    walker = Walker(
        positions,
        module=source.module,
        is_package=source.is_package,
        hooks=hooks,
        record_statements=has_suppressions,
    )
    for rule in rules:
        module = Module(rule.name, options.get(rule.name) or rule.options(), source, walker, starts)
        guarded = _Guarded(module, findings, problems)
        for kind, check in rule.node_checks:
            hooks.setdefault(kind, []).append(guarded.hook(check))
    try:
        walker.walk(tree)
    except RecursionError:
        return _problem(source, ProblemKind.SYNTAX, "an expression is nested too deeply to read")
    summary = ModuleSummary(
        path=source.path,
        module=source.module,
        root=source.root,
        is_package=source.is_package,
        is_stub=source.is_stub,
        block=walker.scope.finish(trivial=False),
        functions=tuple(walker.functions),
        classes=tuple(walker.classes),
        exports=None if walker.exports is None else tuple(walker.exports),
        star_imports=tuple(walker.star_imports),
        suppressions=tuple(_suppressions(source, walker, starts)) if has_suppressions else (),
        line_starts=starts,
        has_main_guard=walker.has_main_guard,
    )
    return Extraction(summary, tuple(findings), tuple(problems))


class _Guarded:
    """Runs one rule's node checks on one file; a crash turns them off for the file."""

    def __init__(
        self, module: Module[Any], findings: list[Finding], problems: list[Problem]
    ) -> None:
        self.module = module
        self.findings = findings
        self.problems = problems
        self.off = False

    def hook(self, check: Callable[[Any, Any], Iterator[Finding]]) -> NodeHook:
        def run(node: cst.CSTNode) -> None:
            if self.off:
                return
            try:
                for finding in check(node, self.module):
                    self.findings.append(finding)
            except Exception as error:  # noqa: BLE001 - a check may fail in any way
                self.off = True
                self.problems.append(self._crash(error, node))

        return run

    def _crash(self, error: Exception, node: cst.CSTNode) -> Problem:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        span = self.module.span(node)
        return Problem(
            kind=ProblemKind.INTERNAL,
            path=self.module.path,
            rule=self.module.rule,
            line=span.line,
            column=span.column + 1,
            message=f"the check of `{self.module.rule}` failed: {type(error).__name__}: {error} "
            f"({frame.filename}:{frame.lineno} in {frame.name})",
        )


def _suppressions(
    source: SourceFile, walker: Walker, starts: tuple[int, ...]
) -> Iterator[Suppression]:
    """The suppression comments, with the lines of the statement that each belongs to."""
    spans = [
        (line_of(starts, start), line_of(starts, max(start, end - 1)))
        for start, end in walker.statements or ()
    ]
    for offset, comment in walker.positions.comments():
        directives = parse_suppressions(comment, offset)
        if not directives:
            continue
        line = line_of(starts, offset)
        alone = not source.text[starts[line - 1] : offset].strip()
        first, last = _covered(line, spans, alone=alone)
        for directive in directives:
            yield directive.covering(first, last)


def _covered(line: int, spans: list[tuple[int, int]], *, alone: bool) -> tuple[int, int]:
    """The lines of the statement that a comment on `line` speaks of: the smallest one
    around it or, for a comment alone on its line, that line and the next one below."""
    around = [span for span in spans if span[0] <= line <= span[1]]
    if around:
        return min(around, key=lambda span: (span[1] - span[0], span))
    below = [span for span in spans if span[0] > line] if alone else []
    if below:
        _, last = min(below, key=lambda span: (span[0], span[1] - span[0]))
        return line, last
    return line, line


_BRACKET = re.compile(r"[()\[\]{}]")
_NOISE = re.compile(
    r"#[^\r\n]*|(?P<quote>\"\"\"|''')(?:\\.|[^\\])*?(?P=quote)"
    r"|\"(?:\\.|[^\"\\\r\n])*\"|'(?:\\.|[^'\\\r\n])*'",
    re.DOTALL,
)


def _nesting_problem(source: SourceFile) -> Problem | None:
    text = source.text
    openings = text.count("(") + text.count("[") + text.count("{")
    if openings <= DEEPEST_NESTING or _too_deep(text) is None:
        return None
    place = _too_deep(_NOISE.sub(lambda match: re.sub(r"[^\r\n]", " ", match.group()), text))
    if place is None:
        return None
    starts = line_starts(text)
    line = line_of(starts, place)
    return _problem(
        source,
        ProblemKind.SYNTAX,
        f"brackets are nested more than {DEEPEST_NESTING} deep",
        line,
        place - starts[line - 1] + 1,
    )


def _too_deep(text: str) -> int | None:
    """Where brackets are nested deeper than allowed, whatever they stand in."""
    depth = 0
    for match in _BRACKET.finditer(text):
        if match.group() in "([{":
            depth += 1
            if depth > DEEPEST_NESTING:
                return match.start()
        elif depth:
            depth -= 1
    return None


def _syntax_problem(source: SourceFile, error: cst.ParserSyntaxError) -> Problem:
    """Where CPython stumbles over the same code, it knows the place and the better words:
    libcst is often at the next line already."""
    line, column = error.raw_line, error.raw_column + 1
    reason = error.message.removeprefix("parser error: error at ")
    if reason != error.message:
        reason = reason.partition(": ")[2] or error.message
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(source.text, source.path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as refusal:
        if refusal.lineno in (line - 1, line) and refusal.offset:
            line, column, reason = refusal.lineno, refusal.offset, refusal.msg
    except (ValueError, RecursionError, MemoryError):
        pass  # it has nothing to add
    return _problem(source, ProblemKind.SYNTAX, f"this is not valid Python: {reason}", line, column)


def _problem(
    source: SourceFile,
    kind: ProblemKind,
    message: str,
    line: int | None = None,
    column: int | None = None,
) -> Problem:
    return Problem(kind=kind, path=source.path, message=message, line=line, column=column)
