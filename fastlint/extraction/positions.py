"""Where nodes stand in the text, at a fraction of what libcst's providers cost.

The generator of libcst's own code writes a module's tokens in order. We let it write
them once, note how many tokens stood before and after each node, and turn those counts
into offsets with one running sum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

import libcst as cst
from libcst._nodes.internal import CodegenState

_FEEDS = re.compile(r"(?:\A|(?<=[\r\n]))\f+(?=[^\r\n\f])")


def without_feeds(text: str) -> tuple[str, Sequence[tuple[int, int]]]:
    """The text without the form feeds that begin a line of code, which libcst would lose:
    with the offset in what is left, and the length, of each gap."""
    gaps: list[tuple[int, int]] = []
    dropped = 0
    for match in _FEEDS.finditer(text) if "\f" in text else ():
        length = match.end() - match.start()
        gaps.append((match.start() - dropped, length))
        dropped += length
    return _FEEDS.sub("", text) if gaps else text, gaps


class Positions:
    """Start and end offset (code points) of the nodes of a module.

    A span excludes the white space and comments around a node, and the parentheses
    around an expression. `tokens` are the texts whose concatenation is the module, but
    for the `gaps` that `without_feeds` has made; offsets are those of the whole text.
    """

    __slots__ = ("_ends", "_offsets", "_starts", "tokens")

    def __init__(self, module: cst.Module, gaps: Sequence[tuple[int, int]] = ()) -> None:
        state = _Recorder(module.default_indent, module.default_newline)
        module._codegen(state)
        self.tokens: list[str] = state.tokens
        self._starts = state.starts
        self._ends = state.ends
        self._offsets = [0, *accumulate(map(len, state.tokens))]
        if gaps:
            self._offsets = [
                offset + sum(length for gap, length in gaps if gap <= offset)
                for offset in self._offsets
            ]

    def start(self, node: cst.CSTNode) -> int:
        """The offset of the node's first character."""
        return self._offsets[self._starts[id(node)]]

    def end(self, node: cst.CSTNode) -> int:
        """The offset behind the node's last character."""
        return self._offsets[self._ends[id(node)]]

    def header_end(self, suite: cst.BaseSuite) -> int:
        """The offset behind the colon before a suite."""
        index = self._starts[id(suite)]
        while self.tokens[index - 1] != ":":
            index -= 1
        return self._offsets[index]

    def length(self) -> int:
        """The length of the whole text."""
        return self._offsets[-1]

    def comments(self) -> Iterator[tuple[int, str]]:
        """Every comment with its offset."""
        for index, token in enumerate(self.tokens):
            if token.startswith("#"):
                yield self._offsets[index], token


class _Recorder(CodegenState):
    """Notes the number of tokens before and after each node that has a position."""

    def __init__(self, default_indent: str, default_newline: str) -> None:
        self.default_indent = default_indent
        self.default_newline = default_newline
        self.provider = None
        self.indent_tokens: list[str] = []
        self.tokens: list[str] = []
        self.add_token = self.tokens.append  # type: ignore[method-assign,assignment]
        self.starts: dict[int, int] = {}
        self.ends: dict[int, int] = {}
        self._record = _Record(self)

    def record_syntactic_position(
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> Any:
        self._record.open.append((id(node), start_node, end_node))
        return self._record


class _Record:
    """The context manager around the writing of a node; one object serves all."""

    __slots__ = ("open", "state")

    def __init__(self, state: _Recorder) -> None:
        self.state = state
        self.open: list[tuple[int, cst.CSTNode | None, cst.CSTNode | None]] = []

    def __enter__(self) -> None:
        state = self.state
        state.starts[self.open[-1][0]] = len(state.tokens)

    def __exit__(self, *_: object) -> None:
        state = self.state
        key, start_node, end_node = self.open.pop()
        if start_node is not None:
            state.starts[key] = state.starts.get(id(start_node), state.starts[key])
        if end_node is not None and id(end_node) in state.ends:
            state.ends[key] = state.ends[id(end_node)]
        else:
            state.ends[key] = len(state.tokens)
