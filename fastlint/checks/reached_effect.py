"""Event-loop code that reaches a blocking library call: keeps every page that names an effect.

A call is reported once, under the rule of the worst effect it reaches and, among equals,
of the nearest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastlint import rulebook
from fastlint.diagnostics import Confidence, Finding, Severity
from fastlint.project import Project
from fastlint.project.effects import Reach
from fastlint.project.symbols import Function
from fastlint.project.wording import name_of_function, name_of_library, written
from fastlint.rule import NoOptions, Options, Rule
from fastlint.rulebook import Card
from fastlint.summaries import Call

EVENT_LOOP = "event-loop"


class Kinds(Options):
    """Details of an effect that are reported as well; what has no detail always is."""

    kinds: tuple[str, ...] = ()


class ComputationKinds(Kinds):
    """Of computations, those that are slow on purpose."""

    kinds: tuple[str, ...] = ("hashing",)


class SynchronizationKinds(Kinds):
    """Of waits that may be short, those for locks."""

    kinds: tuple[str, ...] = ("lock",)


_KINDS = {"blocks:cpu": ComputationKinds, "blocks:synchronization": SynchronizationKinds}


Best = Mapping[tuple[str, int, int], tuple[str, Reach, int]]
"""By path, start and end of the site: the rule, the way there, and how many others there are."""


def _check(project: Project[Any]) -> Iterator[Finding]:
    for rule, reach, others in _best(project).values():
        if rule == project.rule:
            yield _finding(project, reach, others)


def _best(project: Project[Any]) -> Best:
    """For every site, what is reported there: computed once for all rules of a run."""
    found: Best | None = project.memory.get(__name__)
    if found is None:
        found = project.memory[__name__] = _find_best(project)
    return found


def _find_best(project: Project[Any]) -> Best:
    cards = _selected(project)
    grouped: dict[tuple[str, int, int], dict[tuple[str, int], tuple[Card, Reach]]] = {}
    for reach in project.effects.reaches():
        card = _card(cards, reach, project)
        if card is None:
            continue
        place = (reach.frame.module.path, reach.site.start, reach.site.end)
        causes = grouped.setdefault(place, {})
        cause = (reach.sink.name, reach.sink.site.start)
        kept = causes.get(cause)
        if kept is None or _rank(card, reach, project) < _rank(*kept, project):
            causes[cause] = (card, reach)
    best = {}
    for place, causes in grouped.items():
        card, reach = min(causes.values(), key=lambda item: _rank(item[0], item[1], project))
        best[place] = (card.name, reach, len(causes) - 1)
    return best


def _cards() -> Iterator[Card]:
    return (page.card for page in rulebook.load())


def _selected(project: Project[Any]) -> dict[str, Card]:
    """The cards of the selected rules, by the kind of their effect."""
    return {
        card.effect.partition(":")[2]: card
        for card in _cards()
        if card.effect is not None and card.name in project.selected
    }


def _card(cards: dict[str, Card], reach: Reach, project: Project[Any]) -> Card | None:
    kind, _, detail = reach.effect.partition(":")[2].partition("/")
    card = cards.get(kind)
    if card is None or not detail:
        return card
    options = project.selected[card.name]
    return card if isinstance(options, Kinds) and detail in options.kinds else None


def _rank(card: Card, reach: Reach, project: Project[Any]) -> tuple[bool, int, bool, int, bool]:
    """Worst first: what happens each time, the severer, the surer, the nearer."""
    has_entry = project.contexts.entry(reach.frame) is not None
    return (
        reach.once,
        -_severity(card, reach).rank,
        not reach.certain,
        reach.distance,
        not has_entry,
    )


def _severity(card: Card, reach: Reach) -> Severity:
    """The card's; a wait for a lock is most often too short to fail a run for."""
    return Severity.INFO if reach.effect.endswith("/lock") else card.severity


def _finding(project: Project[Any], reach: Reach, others: int) -> Finding:
    function = reach.frame.function
    assert function is not None
    card = rulebook.load().page(project.rule).card
    severity = _severity(card, reach)
    if reach.once or project.contexts.runs_once(function):
        severity = severity.lowered()
    return project.finding(
        function.module,
        reach.site.start,
        reach.site.end,
        _message(reach, others),
        help=_help(reach, function, project),
        severity=None if severity is card.severity else severity,
        confidence=Confidence.HIGH if reach.certain else Confidence.MEDIUM,
        trace=project.effects.trace(reach),
        symbol=function.qualname,
        entry=project.contexts.entry(reach.frame),
    )


_SYNTAX = {
    "__iter__": "iterating over `{}`",
    "__next__": "iterating over `{}`",
    "__enter__": "entering `{}`",
    "__exit__": "leaving `{}`",
    "__get__": "reading `{}`",
    "__getitem__": "indexing `{}`",
    "__contains__": "searching `{}`",
    "__call__": "calling `{}`",
}


def _phrase(name: str) -> str:
    """A library callable as it is written: methods that syntax runs have no name there."""
    name = name_of_library(name)
    owner, _, method = name.rpartition(".")
    return _SYNTAX[method].format(owner) if method in _SYNTAX else f"`{name}`"


def _message(reach: Reach, others: int) -> str:
    sink = _phrase(reach.sink.name)
    nested = EVENT_LOOP in reach.effect
    more = f", and {others} more" if others else ""
    if reach.target is None:
        return (
            f"{sink} raises while an event loop runs" if nested else f"{sink} blocks the event loop"
        )
    verb = "starts an event loop while one runs" if nested else "blocks the event loop"
    return f"`{_target_name(reach)}` {verb}: it reaches {sink}{more}"


def _target_name(reach: Reach) -> str:
    """What the site calls, under the name that the source gives it: a decorated function
    is known by its own, not by that of what its decorator put in its place."""
    assert reach.target is not None
    name = name_of_function(reach.target)
    if not isinstance(reach.site, Call) or not isinstance(reach.target.parent, Function):
        return name
    source = written(reach.site.callee)
    return name if source is None else source.rpartition(".")[2]


def _help(reach: Reach, function: Function, project: Project[Any]) -> str | None:
    if EVENT_LOOP in reach.effect:
        return "await the coroutine instead"
    ways = []
    if reach.sink.behaviour.instead:
        ways.append(f"use `{reach.sink.behaviour.instead}`")
    if project.threads.could_be_plain(function):
        ways.append("write the function with `def`, FastAPI then runs it in a worker thread")
    source = written(reach.site.callee) if isinstance(reach.site, Call) else None
    where = "hand it off" if function.is_async else "leave it to a coroutine that hands it off"
    ways.append(
        f"{where}: `await asyncio.to_thread({source}, ...)`"
        if source
        else f"{where} with `asyncio.to_thread`"
    )
    return "; or ".join(ways)


def _rules() -> Iterator[Rule[Any]]:
    for card in _cards():
        if card.effect is None:
            continue
        rule: Rule[Any] = Rule(__name__, _options(card), name=card.name)
        rule.on_project(_check)
        yield rule


def _options(card: Card) -> type[Options]:
    if "kinds" not in card.options:
        return NoOptions
    return _KINDS.get(card.effect or "", Kinds)


rules = tuple(_rules())
