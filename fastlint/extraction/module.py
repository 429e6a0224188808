"""What a node check may ask about the file it looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from fastlint.diagnostics import Confidence, Finding, Severity, Span
from fastlint.summaries import span_between

if TYPE_CHECKING:
    import libcst as cst

    from fastlint.extraction.walker import Walker
    from fastlint.rule import Options
    from fastlint.sources import SourceFile

OptionsT = TypeVar("OptionsT", bound="Options")


class Module(Generic[OptionsT]):
    """One file, seen by one rule's node check while the file is walked."""

    def __init__(
        self,
        rule: str,
        options: OptionsT,
        source: SourceFile,
        walker: Walker,
        line_starts: tuple[int, ...],
    ) -> None:
        self.rule = rule
        self.options = options
        self.source = source
        self._walker = walker
        self._line_starts = line_starts

    @property
    def path(self) -> str:
        """The file's path, as reported."""
        return self.source.path

    def span(self, node: cst.CSTNode) -> Span:
        """Where the node stands."""
        return span_between(self._line_starts, *self._walker.place(node))

    @property
    def symbol(self) -> str:
        """Qualified name of the function or class that is being walked; "" at module level."""
        return self._walker.scope.qualname

    def in_coroutine_function(self) -> bool:
        """Whether the innermost enclosing function is an `async def`."""
        return self._walker.scope.is_coroutine

    def finding(
        self,
        node: cst.CSTNode,
        message: str,
        *,
        help: str | None = None,  # noqa: A002 - the field's name
        severity: Severity | None = None,
        confidence: Confidence = Confidence.HIGH,
    ) -> Finding:
        """A finding of this rule at `node`."""
        return Finding(
            rule=self.rule,
            path=self.path,
            span=self.span(node),
            message=message,
            help=help,
            severity=severity,
            confidence=confidence,
            symbol=self.symbol or None,
        )
