"""Which route answers: the routes of an application in the order in which they are tried.

Only what is known is told: a route whose path, methods or application the project does
not spell out is left out, and two routes whose order depends on which function runs first
have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, partial

from fastlint.project.frameworks.fastapi import METHODS, Application, Declaration, Route
from fastlint.project.objects import Frame, Instance
from fastlint.project.symbols import Class
from fastlint.project.types import Types
from fastlint.project.values import Constant, Several, Values, depends_on_caller
from fastlint.summaries import Call, Expression

PARAMETER = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")
"""What stands in braces in a path: the name of a parameter, and its convertor."""

_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")

_PATTERNS = {
    "str": r"[^/]+",
    "path": r".*",
    "int": r"[0-9]+",
    "float": r"[0-9]+(\.[0-9]+)?",
    "uuid": r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}",
}
_SAMPLES = {
    "str": ("~", "~.~-~"),
    "path": ("", "~", "~/~"),
    "int": ("7",),
    "float": ("7", "7.5"),
    "uuid": ("12345678-1234-1234-1234-123456789abc",),
}
"""Texts that tell a convertor from the others, and that nobody writes into a path."""


@dataclass(frozen=True, slots=True)
class PathParameter:
    """A parameter in braces."""

    name: str
    convertor: str

    @property
    def is_read(self) -> bool:
        """Whether Starlette takes it for a parameter; else it stands there literally."""
        return bool(_NAME.fullmatch(self.name) and _NAME.fullmatch(self.convertor))


def path_names(path: str) -> frozenset[str]:
    """The names of the parameters of a path."""
    return frozenset(item.name for item in path_parameters(path))


def path_parameters(path: str) -> tuple[PathParameter, ...]:
    """The parameters of a path, in order."""
    return tuple(
        PathParameter(match[1], "str" if match[2] is None else match[2])
        for match in PARAMETER.finditer(path)
    )


@cache
def shape(path: str) -> str:
    """A path without the names of its parameters: what tells its requests."""
    return PARAMETER.sub(lambda match: f"{{_:{match[2] or 'str'}}}", path)


@cache
def takes_all_of(path: str, other: str) -> bool:
    """Whether every request for `other` fits `path`, too; False for unknown convertors."""
    if path == other:
        return True
    kinds = {item.convertor for item in (*path_parameters(path), *path_parameters(other))}
    if not kinds <= _PATTERNS.keys():
        return False
    pattern = re.compile(_pattern(path))
    return all(pattern.fullmatch(text) for text in _samples(other))


def _pattern(path: str) -> str:
    parts, at = [], 0
    for match in PARAMETER.finditer(path):
        parts += [re.escape(path[at : match.start()]), _PATTERNS[match[2] or "str"]]
        at = match.end()
    return "".join(parts) + re.escape(path[at:])


def _samples(path: str) -> Iterator[str]:
    """Requests for a path: one parameter varies at a time."""
    most = max((len(_SAMPLES[item.convertor]) for item in path_parameters(path)), default=1)
    for number in range(most):
        yield PARAMETER.sub(partial(_sample, number), path)


def _sample(number: int, parameter: re.Match[str]) -> str:
    samples = _SAMPLES[parameter[2] or "str"]
    return samples[number % len(samples)]


@dataclass(frozen=True, slots=True, eq=False)
class ServedRoute:
    """A route as an application serves it."""

    route: Route
    methods: tuple[str, ...]
    path: str
    chain: tuple[Declaration, ...]
    """The inclusions that lead to it, outermost first, and its own declaration."""
    maker: Call | None
    """What gave the object that it is declared on, where that is known."""

    def label(self, other: ServedRoute) -> str:
        """`GET /users/{id}`, with the methods that `other` has, too."""
        return f"{'|'.join(name for name in self.methods if name in other.methods)} {self.path}"

    def is_tried_before(self, other: ServedRoute) -> bool:
        """Whether it is known to stand earlier in the application, whenever `other` does."""
        for level, (mine, theirs) in enumerate(zip(self.chain, other.chain, strict=False)):
            if mine is theirs:
                continue
            if mine.frame is not theirs.frame or not set(mine.call.guards) <= set(
                theirs.call.guards
            ):
                return False
            below = self.chain[level + 1 :]
            return _position(mine) < _position(theirs) and not any(
                item.call.guards for item in below
            )
        return False


def _position(item: Declaration) -> tuple[int, int]:
    """When a declaration runs: of two decorators, the lower one runs first."""
    if item.decorated is not None:
        return item.decorated.summary.start, -item.call.start
    return item.call.start, 0


class Routing:
    """Lists what each application serves."""

    def __init__(self, types: Types, values: Values, application: Application) -> None:
        self._types = types
        self._values = values
        self._application = application

    def text(self, expression: Expression | None, frame: Frame) -> str | None:
        """The string that an argument always is; the empty one where it is left out."""
        if expression is None:
            return ""
        if depends_on_caller(expression, frame):
            return None
        return self._values.text(expression, frame)

    def methods(self, route: Route) -> tuple[str, ...]:
        """The methods of a route; none where they are not known."""
        declaration = route.declaration
        written = declaration.argument("methods")
        if written is None or route.is_websocket:
            return route.methods
        match self._values.constant(written, declaration.frame):
            case Several(items=items, complete=True):
                names = [item.value for item in items if isinstance(item, Constant)]
                return tuple(name.upper() for name in names if isinstance(name, str))
        return ()

    def path_names(self, route: Route) -> frozenset[str] | None:
        """The parameters of all paths of a route, prefixes included; None where some are not
        known."""
        if route.own_path is None:
            return None
        prefixes = {
            prefix
            for item in route.declaration.receivers
            for prefix in self._application.prefixes(item)
        }
        if not prefixes or any("…" in prefix for prefix in prefixes):
            return None
        return path_names("".join((*prefixes, route.own_path)))

    def is_overridden(self, route: Route) -> bool:
        """Whether a class of the project declares the route, in a way of its own, or some of
        the arguments are hidden."""
        declaration = route.declaration
        return _hides_arguments(declaration) or declaration.is_overridden

    @cached_property
    def applications(self) -> tuple[tuple[ServedRoute, ...], ...]:
        """What is served by each application, and by each router that none includes, in the
        order of the text."""
        included = {one.router.origin for one in self._application.inclusions if not one.mounted}
        found: dict[object, tuple[ServedRoute, ...]] = {}
        for creation in self._application.creations:
            for item in creation.instances:
                if item.origin is not None and item.origin not in (*found, *included):
                    found[item.origin] = tuple(self._served(item, "", ()))
        return tuple(found.values())

    @cached_property
    def covered(self) -> tuple[tuple[ServedRoute, ServedRoute], ...]:
        """Every route that an earlier one takes all requests from, for some method, and the
        first such one. A route that is reached under another prefix, or in another
        application, is none of them."""
        found: dict[Declaration, tuple[ServedRoute, ServedRoute]] = {}
        reached: set[Declaration] = set()
        for served in map(_Served, self.applications):
            for later in served.routes:
                earlier = served.covering(later)
                if earlier is None:
                    reached.add(later.route.declaration)
                else:
                    found.setdefault(later.route.declaration, (later, earlier))
        return tuple(pair for item, pair in found.items() if item not in reached)

    @cached_property
    def _routes_of(self) -> dict[object, list[Route]]:
        found: dict[object, list[Route]] = {}
        for route in self._application.routes:
            receiver = _only_receiver(route.declaration)
            if receiver is not None:
                found.setdefault(receiver.origin, []).append(route)
        return found

    @cached_property
    def _inclusions_in(self) -> dict[object, list[tuple[Declaration, Instance]]]:
        found: dict[object, list[tuple[Declaration, Instance]]] = {}
        for item in self._application.inclusions:
            receiver = _only_receiver(item.declaration)
            if receiver is not None and not item.mounted:
                found.setdefault(receiver.origin, []).append((item.declaration, item.router))
        return found

    def _served(
        self, item: Instance, prefix: str, chain: tuple[Declaration, ...]
    ) -> Iterator[ServedRoute]:
        own = self._own_prefix(item)
        if own is None or _is_replaced(item):
            return
        prefix += own
        for route in self._routes_of.get(item.origin, ()):
            declaration = route.declaration
            path = self.text(declaration.argument("path", 0), declaration.frame)
            methods = self.methods(route)
            if path is not None and methods and not _hides_arguments(declaration):
                maker = self._application.maker(declaration)
                yield ServedRoute(route, methods, prefix + path, (*chain, declaration), maker)
        for declaration, router in self._inclusions_in.get(item.origin, ()):
            given = self.text(declaration.argument("prefix"), declaration.frame)
            if given is None or declaration in chain or _hides_arguments(declaration):
                continue
            if router.origin is not None:
                yield from self._served(router, prefix + given, (*chain, declaration))

    def _own_prefix(self, item: Instance) -> str | None:
        creation = self._application.creation(item)
        if creation is None or self._application.is_application(item):
            return ""
        if any(argument.stars for argument in creation.call.arguments):
            return None
        return self.text(creation.argument("prefix"), creation.frame)


class _Served:
    """The routes of an application, by what they may take."""

    def __init__(self, routes: tuple[ServedRoute, ...]) -> None:
        self.routes = routes
        self._alike: dict[str, list[ServedRoute]] = {}
        self._general: list[tuple[str, ServedRoute]] = []
        """Those with parameters, and the text before the first."""
        for route in routes:
            self._alike.setdefault(shape(route.path), []).append(route)
            before, brace, _ = route.path.partition("{")
            if brace:
                self._general.append((before, route))

    def covering(self, later: ServedRoute) -> ServedRoute | None:
        """The first route of the same shape that is tried before, else the first more
        general one."""
        own = shape(later.path)
        for earlier in self._alike[own]:
            if _may_hide(earlier, later):
                return earlier
        for before, earlier in self._general:
            if (
                own.startswith(before)
                and _may_hide(earlier, later)
                and takes_all_of(shape(earlier.path), own)
            ):
                return earlier
        return None


def _may_hide(earlier: ServedRoute, later: ServedRoute) -> bool:
    return (
        earlier.route.declaration is not later.route.declaration
        and not set(earlier.methods).isdisjoint(later.methods)
        and earlier.is_tried_before(later)
        and not _are_apart(earlier, later)
    )


def _are_apart(one: ServedRoute, other: ServedRoute) -> bool:
    """Whether one function has made the objects that they are declared on, at two calls."""
    makers = one.maker, other.maker
    if makers[0] is makers[1] or None in makers:
        return False
    first, second = (_only_receiver(item.route.declaration) for item in (one, other))
    return first is not None and second is not None and first.origin is second.origin


def _only_receiver(item: Declaration) -> Instance | None:
    """The object that a declaration is made on, where that is certain."""
    origins = {receiver.origin for receiver in item.receivers}
    return item.receivers[0] if len(origins) == 1 and None not in origins else None


def _is_replaced(item: Instance) -> bool:
    """Whether a class of the project declares routes in its own way."""
    names = {"add_api_route", "api_route", "include_router", *METHODS}
    return isinstance(item.cls, Class) and bool(names & set(item.cls.block.exit))


def _hides_arguments(item: Declaration) -> bool:
    return any(argument.stars for argument in item.call.arguments)
