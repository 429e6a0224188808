"""Where a coroutine gives way to others, and what locks it holds meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.summaries import Block, Implicit, Usage

_AWAITING = (Usage.AWAITED, Usage.ENTERED_ASYNC, Usage.ITERATED_ASYNC)


def waits(block: Block) -> Iterator[int]:
    """Where a block may give way to others: at `await`, `async with` and `async for`."""
    yield from (call.start for call in block.calls if call.usage in _AWAITING)
    yield from (use.start for use in block.uses if use.usage in _AWAITING)
    for item in block.implicit:
        if item.kind in (Implicit.ENTER_ASYNC, Implicit.ITERATE_ASYNC):
            yield item.start
