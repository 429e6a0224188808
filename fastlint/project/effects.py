"""Effects: what event-loop code reaches, with the shortest way to it.

The effects of library calls spread backwards over the edges of the call graph, breadth
first, so that the witness kept for a frame is a shortest one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from fastlint.diagnostics import Step
from fastlint.project.calls import CallGraph, Edge, Sink, Site, Way
from fastlint.project.contexts import Contexts
from fastlint.project.objects import Frame
from fastlint.project.symbols import Function
from fastlint.project.wording import name_of_function, name_of_library

Link = Edge | Sink
_LONG = frozenset(
    {
        "blocks:cpu/hashing",
        "blocks:database",
        "blocks:file",
        "blocks:http",
        "blocks:input",
        "blocks:network",
        "blocks:sleep",
        "blocks:subprocess",
    }
)
"""Effects that other requests feel."""

Key = tuple[str, bool]
"""An effect, and whether it is reached the first time only."""


@dataclass(frozen=True, slots=True, eq=False)
class Witness:
    """The next link on a shortest way from a frame to an effect, what is to be reached
    behind it, and how long the way is."""

    link: Link
    key: Key
    distance: int


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """At `site`, code of `frame` reaches the library call `sink`.

    `links` is the way there: edges, then the sink. `certain` if every object on the way
    is the only possible one. `others` counts further effects of the same kind that the
    same site leads to at once.
    """

    site: Site
    frame: Frame
    effect: str
    links: tuple[Link, ...]

    @property
    def sink(self) -> Sink:
        last = self.links[-1]
        assert isinstance(last, Sink)
        return last

    @property
    def distance(self) -> int:
        """0 for a direct call."""
        return len(self.links) - 1

    @property
    def certain(self) -> bool:
        return all(link.certain for link in self.links)

    @property
    def once(self) -> bool:
        """Whether only the first run takes this way."""
        return any(link.once for link in self.links)

    @property
    def target(self) -> Function | None:
        """The function of the project that the site runs; None for a direct call."""
        first = self.links[0]
        return first.target.function if isinstance(first, Edge) else None


class Effects:
    """Spreads effects over the part of the call graph that runs on the event loop."""

    def __init__(self, graph: CallGraph, contexts: Contexts) -> None:
        self._graph = graph
        self._contexts = contexts

    @cached_property
    def _callers(self) -> dict[Frame, list[tuple[Frame, Edge]]]:
        callers: dict[Frame, list[tuple[Frame, Edge]]] = {}
        for frame in self._contexts.reached:
            for edge in self._graph.links(frame).edges:
                if edge.way is Way.RUNS:
                    callers.setdefault(edge.target, []).append((frame, edge))
        return callers

    @cached_property
    def _witnesses(self) -> dict[Frame, dict[Key, Witness]]:
        """For every frame, and every effect that its code reaches: the next link."""
        witnesses: dict[Frame, dict[Key, Witness]] = {}
        waiting: deque[tuple[Frame, Key]] = deque()

        def note(frame: Frame, key: Key, witness: Witness) -> None:
            own = witnesses.setdefault(frame, {})
            if key not in own:
                own[key] = witness
                if witness.distance == 0 or not self._contexts.is_loop_code(frame):
                    waiting.append((frame, key))

        for frame in self._contexts.reached:
            for sink in self._graph.links(frame).sinks:
                note(frame, (sink.effect, sink.once), Witness(sink, (sink.effect, sink.once), 0))
        while waiting:
            frame, key = waiting.popleft()
            distance = witnesses[frame][key].distance + 1
            effect, once = key
            for caller, edge in self._callers.get(frame, ()):
                note(caller, (effect, once or edge.once), Witness(edge, key, distance))
        return witnesses

    def reaches(self) -> Iterator[Reach]:
        """Every place in event-loop code that reaches an effect, with each effect once:
        by the shortest way, one that every run takes before one of the first run only.
        In the order of files and text."""
        for frame in self._ordered_loop_frames():
            links = self._graph.links(frame)
            for sink in links.sinks:
                yield Reach(sink.site, frame, sink.effect, (sink,))
            for edge in links.edges:
                if edge.way is not Way.RUNS or self._contexts.is_loop_code(edge.target):
                    continue
                keys = self._witnesses.get(edge.target, {})
                for effect, once in keys:
                    if once and (effect, False) in keys:
                        continue
                    way = (edge, *self._way(edge.target, (effect, once)))
                    yield Reach(edge.site, frame, effect, way)

    @cached_property
    def blocking(self) -> tuple[Frame, ...]:
        """The frames of event-loop code that surely hold up the loop, each time they run, for
        as long as a thread is worth."""
        found = (
            reach.frame
            for reach in self.reaches()
            if reach.certain
            and not reach.once
            and (reach.effect in _LONG or reach.effect.partition("/")[0] in _LONG)
        )
        return tuple(dict.fromkeys(found))

    def _ordered_loop_frames(self) -> list[Frame]:
        frames = [frame for frame in self._contexts.reached if self._contexts.is_loop_code(frame)]
        return sorted(frames, key=lambda frame: (frame.module.path, _start(frame)))

    def _way(self, frame: Frame, key: Key) -> Iterator[Link]:
        while True:
            witness = self._witnesses[frame][key]
            yield witness.link
            if isinstance(witness.link, Sink):
                return
            frame, key = witness.link.target, witness.key

    def trace(self, reach: Reach) -> tuple[Step, ...]:
        """The way from the site to its cause, one step a hop; empty for a direct call."""
        steps = []
        frame = reach.frame
        for link in reach.links:
            if frame is not reach.frame:
                span = frame.module.span(link.site.start, link.site.end)
                callee = (
                    name_of_library(link.name) if isinstance(link, Sink) else _name(link.target)
                )
                message = f"`{_name(frame)}` calls `{callee}`"
                steps.append(Step(frame.module.path, span, message))
            if isinstance(link, Edge):
                frame = link.target
        return tuple(steps)


def _name(frame: Frame) -> str:
    return frame.module.name if frame.function is None else name_of_function(frame.function)


def _start(frame: Frame) -> int:
    return 0 if frame.function is None else frame.function.summary.start
