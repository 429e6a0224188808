"""The code that runs for every request."""

from __future__ import annotations

from collections import deque

from fastlint.project.calls import CallGraph
from fastlint.project.contexts import Contexts
from fastlint.project.objects import Frame
from fastlint.project.types import Types

_LATER = "a background task"


def frames_of_requests(contexts: Contexts, calls: CallGraph, types: Types) -> list[Frame]:
    """The activations that a request brings about, at any depth: not what runs at start, only
    the first time, or behind the response."""
    roots = [entry.frame for entry in contexts.entries if not entry.once and entry.label != _LATER]
    order = dict.fromkeys(frame for frame in roots if not types.is_cached(frame.function))
    waiting = deque(order)
    while waiting:
        for edge in calls.links(waiting.popleft()).edges:
            if edge.once or not edge.certain or types.is_cached(edge.target.function):
                continue
            if edge.target not in order:
                order[edge.target] = None
                waiting.append(edge.target)
    return list(order)
