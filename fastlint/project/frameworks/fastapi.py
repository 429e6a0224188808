"""The application model: apps and routers, routes with their full paths, dependencies,
middleware, lifespans, handlers, background tasks. One model, asked by all rules.

Objects are told apart by the call that made them (`Origin`); a router is included where
`include_router` receives the object, in whatever file that is. The facts are those of
FastAPI 0.95 to 0.165 and Starlette 0.27 to 1.10.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as SequenceABC
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

from fastlint.project.contexts import Entry
from fastlint.project.frameworks.validation import Validation
from fastlint.project.invocation import Activation, Start
from fastlint.project.objects import (
    AnyClass,
    ClassObject,
    ContextFactory,
    Frame,
    FunctionObject,
    Instance,
    LibraryClass,
    Object,
    Objects,
    known,
)
from fastlint.project.passing import Passing
from fastlint.project.sites import Sites
from fastlint.project.symbols import Class, Function, ProjectModule
from fastlint.project.types import Types
from fastlint.project.values import Constant, Several, Values
from fastlint.project.versions import Change, Versions
from fastlint.summaries import (
    Attribute,
    Call,
    Comprehension,
    Conditional,
    Expression,
    Literal,
    Mapping,
    Name,
    Parameter,
    ParameterKind,
    ParameterValue,
    Sequence,
    Starred,
)

APPLICATION = "fastapi.FastAPI"
ROUTER = "fastapi.APIRouter"
STARLETTE = "starlette.applications.Starlette"
STARLETTE_ROUTER = "starlette.routing.Router"
RESPONSE = "starlette.responses.Response"
BACKGROUND = "starlette.background.BackgroundTask"
CORS = "starlette.middleware.cors.CORSMiddleware"
_MIDDLEWARE = "starlette.middleware.Middleware"
DEPENDENCY_KEYWORD = "dependencies"

_MOST_PASSED_ON = 3
"""Through how many functions an application is followed that is passed to them."""

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_DECLARING = (*METHODS, "api_route", "route", "websocket", "websocket_route")
_ADDING = (
    "add_api_route",
    "add_api_websocket_route",
    "add_route",
    "add_websocket_route",
    "include_router",
    "mount",
    "add_middleware",
    "add_event_handler",
    "add_exception_handler",
    "add_task",
)
_INTERESTING = (*_DECLARING, "middleware", "on_event", "exception_handler", *_ADDING)


@dataclass(frozen=True, slots=True, eq=False)
class Declaration:
    """A call on an application or router, with the function that it decorates, if any."""

    call: Call
    frame: Frame
    name: str
    """`get`, `include_router`, ..."""
    receivers: tuple[Instance, ...]
    decorated: Function | None
    handler: Objects
    """What stands for the decorated function below this decorator."""

    @property
    def module(self) -> ProjectModule:
        return self.frame.module

    @property
    def is_overridden(self) -> bool:
        """Whether a class of the project declares routes in a way of its own."""
        names = {self.name, "add_api_route", "api_route"}
        return any(
            isinstance(item.cls, Class) and names & set(item.cls.block.exit)
            for item in self.receivers
        )

    def argument(self, name: str, position: int | None = None) -> Expression | None:
        """The argument with this keyword, or at this position."""
        return argument_of(self.call, name, position)


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """A route of the application."""

    declaration: Declaration
    methods: tuple[str, ...]
    """Upper case; `WEBSOCKET` for a websocket route."""
    path: str
    """With the prefixes of the routers around it; `…` for a part that is not known."""
    own_path: str | None
    """As written in the declaration; None where it is not a known string."""
    endpoints: Objects

    @property
    def function(self) -> Function | None:
        """The function that the project wrote for it."""
        if self.declaration.decorated is not None:
            return self.declaration.decorated
        for item in self.endpoints:
            if isinstance(item, FunctionObject):
                return item.function
        return None

    @property
    def label(self) -> str:
        """`GET /users/{id}`"""
        return f"{'|'.join(self.methods)} {self.path}"

    @property
    def is_websocket(self) -> bool:
        return self.methods == ("WEBSOCKET",)


@dataclass(frozen=True, slots=True, eq=False)
class Inclusion:
    """A router put below an application or another router."""

    parents: tuple[Instance, ...]
    router: Instance
    prefix: str
    declaration: Declaration
    mounted: bool


@dataclass(frozen=True, slots=True, eq=False)
class Middleware:
    """A middleware of an application: its class or function, and the arguments given."""

    applications: tuple[Instance, ...]
    targets: Objects
    arguments: tuple[tuple[str, Expression, Frame], ...]
    """Keyword arguments, those of `**options` with known keys included, and where each is
    evaluated."""
    call: Call
    frame: Frame
    complete: bool
    """False where `**options` hides some arguments."""

    def argument(self, name: str) -> tuple[Expression, Frame] | None:
        """The keyword argument of this name, and where it is evaluated."""
        return next(((value, frame) for key, value, frame in self.arguments if key == name), None)


@dataclass(frozen=True, slots=True, eq=False)
class EventHandler:
    """A function to run at start-up or shutdown, and how it was registered."""

    receivers: tuple[Instance, ...]
    event: str
    """`startup` or `shutdown`"""
    targets: Objects
    how: str
    """`on_event`, `add_event_handler`, `on_startup` or `on_shutdown`"""
    frame: Frame
    start: int
    end: int
    function: Function | None
    call: Call


@dataclass(frozen=True, slots=True, eq=False)
class ExceptionHandler:
    """Functions that answer for exceptions, or for a status: `raised` says for which."""

    raised: Expression
    frame: Frame
    targets: Objects


class Fate(Enum):
    """What becomes of a start-up or shutdown handler that does not simply run."""

    NEVER = "never"
    NEVER_ON_ROUTER = "never, for the lifespan of its router"
    TWICE = "twice"


@dataclass(frozen=True, slots=True, eq=False)
class Creation:
    """A call that makes an application or a router."""

    call: Call
    frame: Frame
    instances: tuple[Instance, ...]

    def argument(self, name: str, position: int | None = None) -> Expression | None:
        return argument_of(self.call, name, position)


def argument_of(call: Call, name: str, position: int | None = None) -> Expression | None:
    """The argument of a call with this keyword, or at this position."""
    for argument in call.arguments:
        if argument.name == name:
            return argument.value
    if position is None:
        return None
    positional = [item for item in call.arguments if item.name is None and item.stars == 0]
    if any(item.stars == 1 for item in call.arguments[: position + 1]):
        return None
    return positional[position].value if position < len(positional) else None


def _applied(call: Call, frame: Frame) -> Expression | None:
    """The function of `app.get("/")(function)`, found by the call around."""
    for outer in frame.block.calls:
        if outer.callee is call and outer.arguments:
            return outer.arguments[0].value
    return None


class Application:
    """Everything that the project declares to FastAPI and Starlette."""

    def __init__(
        self, types: Types, sites: Sites, passing: Passing, values: Values, validation: Validation
    ) -> None:
        self._types = types
        self._sites = sites
        self._passing = passing
        self._values = values
        self._validation = validation
        self._markers: dict[tuple[Parameter, Frame], tuple[tuple[Call, Frame], ...]] = {}

    # --- declarations ---

    @cached_property
    def declarations(self) -> tuple[Declaration, ...]:
        """Every call on an application or router, in the order of files and text."""
        found = [*self._decorations(), *self._calls()]
        return tuple(sorted(found, key=lambda item: (item.module.path, item.call.start)))

    def _decorations(self) -> Iterator[Declaration]:
        for function in self._types.symbols.functions():
            if not function.summary.decorators:
                continue
            frame = self._types.defining_frame(function)
            for index, decorator in enumerate(function.summary.decorators):
                match decorator:
                    case Call(callee=Attribute(name=name)) if name in _INTERESTING:
                        receivers = self._receivers(decorator, frame)
                        if receivers:
                            handler = self._types.invocations.decorated_below(function, index)
                            yield Declaration(decorator, frame, name, receivers, function, handler)

    def _calls(self) -> Iterator[Declaration]:
        decorators = {
            decorator
            for function in self._types.symbols.functions()
            for decorator in function.summary.decorators
        }
        for name in _INTERESTING:
            for call, frame, _ in self._sites.methods(name):
                function = None if name in _ADDING else _applied(call, frame)
                if call in decorators or (function is None and name in _DECLARING):
                    continue
                receivers = self._receivers(call, frame)
                if receivers:
                    handler = self._types.evaluate(function, frame) if function else ()
                    yield Declaration(call, frame, name, receivers, None, handler)

    def _receivers(self, call: Call, frame: Frame) -> tuple[Instance, ...]:
        assert isinstance(call.callee, Attribute)
        owner = call.callee.value
        if isinstance(owner, Attribute) and owner.name == "router":
            applications = self._routing(owner.value, frame)
            if applications:
                return applications
        return self._routing(owner, frame)

    def _routing(
        self, expression: Expression, frame: Frame, depth: int = _MOST_PASSED_ON
    ) -> tuple[Instance, ...]:
        objects = self._types.evaluate(expression, frame)
        if isinstance(expression, Name) and not known(objects) and frame.function is not None:
            objects = self._types.registries.passed(expression, frame)  # `def register(app): ...`
        found = tuple(
            item for item in objects if isinstance(item, Instance) and self._is_routing(item)
        )
        if depth and found and all(item.origin is None for item in found):
            return self._passed(expression, frame, depth) or found
        return found

    def _passed(self, expression: Expression, frame: Frame, depth: int) -> tuple[Instance, ...]:
        """What calls pass for a parameter of which the type is known: `register(app: FastAPI)`."""
        match expression:
            case Name(definitions=(index,)) if frame.function is not None:
                value = frame.block.bindings[index].value
            case _:
                return ()
        if not isinstance(value, ParameterValue):
            return ()
        parameter = frame.function.summary.parameters[value.index]
        found = (
            item
            for passed, site in self._passing.passed_for(parameter, frame.function)
            for item in self._routing(passed, site.frame, depth - 1)
        )
        return tuple(dict.fromkeys(found))

    def _is_routing(self, item: Instance) -> bool:
        return self._types.classes.derives_from(
            item.cls, APPLICATION, ROUTER, STARLETTE, STARLETTE_ROUTER, BACKGROUND
        )

    def maker(self, declaration: Declaration) -> Call | None:
        """The call that gave what a declaration is made on, where it is known: a function
        gives another application or router each time that it is called."""
        assert isinstance(declaration.call.callee, Attribute)
        owner = declaration.call.callee.value
        place = self._values.source(owner, declaration.frame)
        return place.expression if isinstance(place.expression, Call) else None

    def is_application(self, item: Object) -> bool:
        """Whether an object is a FastAPI or Starlette application."""
        return isinstance(item, Instance) and self._types.classes.derives_from(
            item.cls, APPLICATION, STARLETTE
        )

    @cached_property
    def creations(self) -> tuple[Creation, ...]:
        """Every call that makes an application or a router."""
        return tuple(self._creations())

    def _creations(self) -> Iterator[Creation]:
        for call, frame, _ in self._sites.making(APPLICATION, ROUTER, STARLETTE, STARLETTE_ROUTER):
            made = tuple(
                item
                for item in self._types.evaluate(call, frame)
                if isinstance(item, Instance) and self._is_routing(item)
            )
            if made:
                yield Creation(call, frame, made)

    @cached_property
    def _created(self) -> dict[Instance, Creation]:
        return {item: creation for creation in self.creations for item in creation.instances}

    def creation(self, item: Instance) -> Creation | None:
        """The call that made an application or router."""
        found = self._created.get(item)
        if found is not None or item.origin is None:
            return found
        for creation in self.creations:
            if creation.call is item.origin.call:
                return creation
        return None

    # --- paths ---

    @cached_property
    def inclusions(self) -> tuple[Inclusion, ...]:
        """Every `include_router` and `mount`."""
        return tuple(self._inclusions())

    @cached_property
    def _inclusions_of(self) -> dict[object, list[Inclusion]]:
        found: dict[object, list[Inclusion]] = {}
        for one in self.inclusions:
            found.setdefault(_identity(one.router), []).append(one)
        return found

    def inclusions_of(self, item: Instance) -> SequenceABC[Inclusion]:
        """Where a router is included, or an application mounted."""
        return self._inclusions_of.get(_identity(item), ())

    def _inclusions(self) -> Iterator[Inclusion]:
        for item in self.declarations:
            if item.name not in ("include_router", "mount"):
                continue
            mounted = item.name == "mount"
            target = item.argument("app", 1) if mounted else item.argument("router", 0)
            written = item.argument("path", 0) if mounted else item.argument("prefix")
            prefix = self._text(written, item.frame)
            if target is not None:
                routers = self._types.evaluate(target, item.frame)
            else:
                routers, prefix = self._in_options(item), "…"
            for router in routers:
                if isinstance(router, Instance) and self._is_routing(router):
                    yield Inclusion(item.receivers, router, prefix, item, mounted)

    def _in_options(self, item: Declaration) -> Objects:
        """What the dicts hold of which a declaration takes its arguments: `**options`."""
        return tuple(
            value
            for argument in item.call.arguments
            for options in self._types.evaluate(argument.value, item.frame)
            if argument.stars == 2 and isinstance(options, Instance)
            for group in options.arguments[1:]
            for value in group
        )

    def _text(self, expression: Expression | None, frame: Frame) -> str:
        if expression is None:
            return ""
        for value in self._values.possible(expression, frame):
            match value:
                case Constant(value=str() as text):
                    return text
        return "…"

    def prefixes(self, item: Instance) -> tuple[str, ...]:
        """What stands before the paths of a router's routes, once for each inclusion."""
        return tuple(dict.fromkeys(self._prefixes(item, ())))

    def _prefixes(self, item: Instance, below: tuple[Instance, ...]) -> Iterator[str]:
        own = self._own_prefix(item)
        if item in below:
            return
        included = self.inclusions_of(item)
        if not included:
            yield own
        for one in included:
            parents = one.parents or ()
            for parent in parents:
                for prefix in self._prefixes(parent, (*below, item)):
                    # A mount at "/" adds nothing.
                    yield f"{prefix}{one.prefix.rstrip('/')}{'' if one.mounted else own}"

    def _own_prefix(self, item: Instance) -> str:
        creation = self.creation(item)
        if creation is None:
            return ""
        return self._text(creation.argument("prefix"), creation.frame)

    # --- routes ---

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """Every route, in the order of files and text."""
        return tuple(self._routes())

    def _routes(self) -> Iterator[Route]:
        for item in self.declarations:
            if item.name in _DECLARING:
                endpoints = item.handler
            elif item.name in ("add_api_route", "add_api_websocket_route", "add_route"):
                endpoint = item.argument("endpoint", 1) or item.argument("route", 1)
                endpoints = () if endpoint is None else self._types.evaluate(endpoint, item.frame)
            else:
                continue
            written = item.argument("path", 0)
            own = self._text(written, item.frame) if written is not None else ""
            prefix = next((text for one in item.receivers for text in self.prefixes(one)), "")
            known = None if own == "…" else own
            yield Route(item, self._methods(item), f"{prefix}{own}" or "/", known, endpoints)

    def _methods(self, item: Declaration) -> tuple[str, ...]:
        if "websocket" in item.name:
            return ("WEBSOCKET",)
        if item.name in METHODS:
            return (item.name.upper(),)
        written = item.argument("methods")
        value = None if written is None else self._values.constant(written, item.frame)
        if isinstance(value, Several):
            names = [str(getattr(one, "value", "")).upper() for one in value.items]
            if names:
                return tuple(names)
        return ("GET",)

    def settings(self, route: Route, name: str, default: str) -> Iterator[tuple[Expression, Frame]]:
        """What decides a setting of a route: its own keyword `name`, then those of the
        routers and applications around it (keyword `default`), innermost first."""
        declaration = route.declaration
        own = declaration.argument(name)
        if own is not None:
            yield own, declaration.frame
        for item in declaration.receivers:
            yield from self._settings_around(item, default, ())

    def _settings_around(
        self, item: Instance, name: str, below: tuple[Instance, ...]
    ) -> Iterator[tuple[Expression, Frame]]:
        if item in below:
            return
        creation = self.creation(item)
        own = None if creation is None else creation.argument(name)
        if creation is not None and own is not None:
            yield own, creation.frame
        for one in self.inclusions_of(item):
            if one.mounted:
                continue
            given = one.declaration.argument(name)
            if given is not None:
                yield given, one.declaration.frame
            for parent in one.parents:
                yield from self._settings_around(parent, name, (*below, item))

    # --- dependencies ---

    def dependencies_of(self, function: Function, frame: Frame) -> Iterator[Object]:
        """The callables that a function's parameters depend on."""
        for parameter in function.summary.parameters:
            yield from self._parameter_dependencies(parameter, frame)

    def _parameter_dependencies(self, parameter: Parameter, frame: Frame) -> Iterator[Object]:
        for call, where in self.markers(parameter, frame):
            if self._types.invocations.is_injection(call, where):
                yield from self.targets(call, where, parameter.annotation, frame)

    def targets(
        self, call: Call, where: Frame, annotation: Expression | None, frame: Frame
    ) -> Objects:
        """The callables that a `Depends(...)` names; without any, the class of the annotation
        that it stands at."""
        found = self._types.invocations.dependencies(call, where)
        if found is not None or call.arguments or annotation is None:
            return found or ()
        declared = self._types.annotations.declared(annotation, frame)
        return tuple(self._types.class_of(item) for item in declared if isinstance(item, Instance))

    def markers(self, parameter: Parameter, frame: Frame) -> tuple[tuple[Call, Frame], ...]:
        """The calls that say what a parameter is: `Depends(...)`, `Query(...)`, in its
        default or in the metadata of `Annotated`, through aliases."""
        key = parameter, frame
        found = self._markers.get(key)
        if found is None:
            found = self._markers[key] = tuple(self._find_markers(parameter, frame))
        return found

    def _find_markers(self, parameter: Parameter, frame: Frame) -> Iterator[tuple[Call, Frame]]:
        if isinstance(parameter.default, Call):
            yield parameter.default, frame
        if parameter.annotation is not None:
            for item, where in self._types.annotations.metadata(parameter.annotation, frame):
                if isinstance(item, Call):
                    yield item, where

    def listed_dependencies(self, call: Call, frame: Frame) -> Iterator[Object]:
        """The callables in `dependencies=[Depends(...), ...]` of a call."""
        written = argument_of(call, DEPENDENCY_KEYWORD)
        if not isinstance(written, Sequence):
            return
        for item in written.items:
            if isinstance(item, Call):
                yield from self._types.invocations.dependencies(item, frame) or ()

    # --- middleware, events, handlers, background tasks ---

    @cached_property
    def middleware(self) -> tuple[Middleware, ...]:
        """Every middleware class that an application is given, by whatever way."""
        return tuple(self._middleware())

    @cached_property
    def cors(self) -> tuple[Middleware, ...]:
        """Every use of `CORSMiddleware` or of a class below it."""
        return tuple(
            item
            for item in self.middleware
            if any(
                isinstance(target, ClassObject)
                and self._types.classes.derives_from(target.cls, CORS)
                for target in item.targets
            )
        )

    def _middleware(self) -> Iterator[Middleware]:
        for item in self.declarations:
            if item.name == "add_middleware":
                target = item.argument("middleware_class", 0)
                if target is not None:
                    applications = item.receivers
                    yield self._one_middleware(item.call, target, item.frame, applications)
        for call, frame, _ in self._sites.making(_MIDDLEWARE):
            target = argument_of(call, "cls", 0)
            if target is not None:
                yield self._one_middleware(call, target, frame, ())
        for call, frame, callees in self._sites.of_classes(self._is_middleware):
            targets = tuple(
                item
                for item in callees
                if isinstance(item, ClassObject) and self._is_middleware(item.cls)
            )
            yield self._middleware_of(call, targets, frame, ())

    def _is_middleware(self, cls: AnyClass) -> bool:
        """Whether a class is made with the application that it wraps."""
        order = self._types.classes.order(cls)
        names = [base.name for base in order if isinstance(base, LibraryClass)]
        return _MIDDLEWARE not in names and any(".middleware." in name for name in names)

    def _one_middleware(
        self, call: Call, target: Expression, frame: Frame, applications: tuple[Instance, ...]
    ) -> Middleware:
        return self._middleware_of(call, self._types.evaluate(target, frame), frame, applications)

    def _middleware_of(
        self, call: Call, targets: Objects, frame: Frame, applications: tuple[Instance, ...]
    ) -> Middleware:
        arguments, complete = self._values.keywords(call, frame)
        return Middleware(applications, targets, arguments, call, frame, complete)

    @cached_property
    def event_handlers(self) -> tuple[EventHandler, ...]:
        """Every start-up and shutdown handler."""
        return tuple(self._event_handlers())

    def _event_handlers(self) -> Iterator[EventHandler]:
        for item in self.declarations:
            if item.name not in ("on_event", "add_event_handler"):
                continue
            event = self._text(item.argument("event_type", 0), item.frame)
            targets = item.handler
            if item.name == "add_event_handler":
                function = item.argument("func", 1)
                targets = () if function is None else self._types.evaluate(function, item.frame)
            yield EventHandler(
                item.receivers,
                event,
                targets,
                item.name,
                item.frame,
                item.call.start,
                item.call.end,
                item.decorated,
                item.call,
            )
        for creation in self.creations:
            yield from self._handlers_given(creation)

    def _handlers_given(self, creation: Creation) -> Iterator[EventHandler]:
        for keyword, event in (("on_startup", "startup"), ("on_shutdown", "shutdown")):
            for argument in creation.call.arguments:
                if argument.name != keyword:
                    continue
                items = (
                    argument.value.items
                    if isinstance(argument.value, Sequence)
                    else (argument.value,)
                )
                for item in items:
                    if isinstance(item, (Starred, Literal)):
                        continue
                    targets = self._types.evaluate(item, creation.frame)
                    place = creation.frame.module.place(item) or (
                        creation.call.start,
                        creation.call.end,
                    )
                    yield EventHandler(
                        creation.instances,
                        event,
                        targets,
                        keyword,
                        creation.frame,
                        *place,
                        None,
                        creation.call,
                    )

    @cached_property
    def lifespans(self) -> tuple[tuple[Creation, Expression], ...]:
        """Every application or router with `lifespan=`, and the value given."""
        found = []
        for creation in self.creations:
            value = creation.argument("lifespan")
            if value is not None and not (isinstance(value, Literal) and value.value is None):
                found.append((creation, value))
        return tuple(found)

    def _has_lifespan(self, item: Instance) -> bool | None:
        """Whether an application or router has a lifespan; None where that is not known."""
        creation = self.creation(item)
        if any(_identity(item) is _identity(one) for one in self._set_later):
            return True
        if creation is None:
            return None
        value = creation.argument("lifespan")
        if value is None:
            return None if any(one.stars for one in creation.call.arguments) else False
        if isinstance(value, Literal):
            return value.value is not None
        return None if isinstance(value, Conditional) else True

    @cached_property
    def _set_later(self) -> tuple[Instance, ...]:
        """Applications whose `router.lifespan_context` is assigned."""
        found: list[Object] = []
        for frame, store in self._types.attribute_stores.get("lifespan_context", ()):
            match store.target.value:
                case Attribute(value=owner, name="router"):
                    found.extend(self._types.evaluate(owner, frame))
        return tuple(item for item in found if isinstance(item, Instance))

    def _is_ignored(self, handler: EventHandler) -> bool:
        """Whether a lifespan keeps the handler from running, in every version."""
        return bool(handler.receivers) and all(
            self.is_application(item) and self._has_lifespan(item) for item in handler.receivers
        )

    def fate(self, handler: EventHandler, versions: Versions) -> Fate | None:
        """What becomes of a start-up or shutdown handler, if it does not run once."""
        fates = {self._fate(item, handler, versions) for item in handler.receivers}
        return fates.pop() if len(fates) == 1 else None

    def _fate(self, item: Instance, handler: EventHandler, versions: Versions) -> Fate | None:
        if self.is_application(item):
            return Fate.NEVER if self._has_lifespan(item) else None
        parents = self._parents(item)
        if not versions.have(Change.ROUTER_EVENTS_HANDED_ON):
            return Fate.NEVER if any(map(self._has_lifespan, parents)) else None
        if self._has_lifespan(item):
            without = [one for one in parents if self._has_lifespan(one) is False]
            return Fate.NEVER_ON_ROUTER if parents and not without else None
        if self._has_lifespan(item) is None or not parents:
            return None
        if not all(self._has_lifespan(one) is False for one in parents):
            return None
        return Fate.TWICE if self._included_after(item, handler) else None

    def is_gone(self, handler: EventHandler, versions: Versions) -> bool:
        """Whether the way in which a handler is registered does not exist any more."""
        if not versions.have(Change.STARLETTE_1):
            return False
        owners: Objects = handler.receivers
        kept: tuple[str, ...] = (ROUTER, APPLICATION)
        match handler.call.callee:
            case Attribute(value=owner, name="add_event_handler"):
                owners, kept = self._types.evaluate(owner, handler.frame), (ROUTER,)
        return all(
            isinstance(item, Instance) and not self._types.classes.derives_from(item.cls, *kept)
            for item in owners
        )

    def _parents(self, item: Instance) -> list[Instance]:
        """The applications and routers that a router is included in, directly."""
        return [
            parent for one in self.inclusions_of(item) if not one.mounted for parent in one.parents
        ]

    def _included_after(self, item: Instance, handler: EventHandler) -> bool:
        """Whether the router is included behind the registration: what is registered later
        is not handed on. In another file, the router's module has run before."""
        included = [one for one in self.inclusions_of(item) if not one.mounted]
        return bool(included) and all(
            one.declaration.module is not handler.frame.module
            or one.declaration.call.start > handler.start
            for one in included
        )

    @cached_property
    def sent(self) -> dict[Function, frozenset[int]]:
        """By route function, where the names and calls begin whose values it sends, as they
        are or in lists and dicts. Functions that a decorator wraps may send something else."""
        return {
            item.function: frozenset(
                start for part in item.function.block.returns for start in _sent(part.value)
            )
            for route in self.routes
            if not route.is_websocket
            for item in route.endpoints
            if isinstance(item, FunctionObject) and item.certain and item.function is route.function
        }

    @cached_property
    def exception_handlers(self) -> tuple[ExceptionHandler, ...]:
        """Every exception handler, by whatever way it is registered."""
        return tuple(self._exception_handlers())

    def _exception_handlers(self) -> Iterator[ExceptionHandler]:
        for item in self.declarations:
            if item.name not in ("exception_handler", "add_exception_handler"):
                continue
            raised = item.argument("exc_class_or_status_code", 0)
            targets = item.handler
            if item.name == "add_exception_handler":
                function = item.argument("handler", 1)
                targets = () if function is None else self._types.evaluate(function, item.frame)
            if raised is not None:
                yield ExceptionHandler(raised, item.frame, targets)
        for creation in self.creations:
            match creation.argument("exception_handlers"):
                case Mapping(items=items):
                    for raised, function in items:
                        if raised is not None:
                            targets = self._types.evaluate(function, creation.frame)
                            yield ExceptionHandler(raised, creation.frame, targets)

    @cached_property
    def started(self) -> dict[Function, tuple[Instance, ...]]:
        """The functions that run when applications or routers have started, and which."""
        found: dict[Function, tuple[Instance, ...]] = {}
        for targets, owners in self._running():
            for item in targets:
                function = item.function if isinstance(item, ContextFactory) else item
                if isinstance(function, FunctionObject):
                    own = found.get(function.function, ())
                    found[function.function] = (*own, *owners)
        return found

    def _running(self) -> Iterator[tuple[Objects, tuple[Instance, ...]]]:
        for creation, value in self.lifespans:
            yield self._types.evaluate(value, creation.frame), creation.instances
        for handler in self.event_handlers:
            yield handler.targets, handler.receivers
        for route in self.routes:
            yield route.endpoints, route.declaration.receivers

    # --- entries ---

    def entries(self) -> Iterator[Entry]:
        """Where the frameworks enter the project's code."""
        for creation, value in self.lifespans:
            for item in self._types.evaluate(value, creation.frame):
                yield from self._lifespan_entry(item)
        for handler in self.event_handlers:
            if self._is_ignored(handler):
                continue
            label = f"{handler.event} handler"
            for item in handler.targets:
                yield from self._entry(item, label, sync_on_loop=True, once=True)
        for route in self.routes:
            yield from self._route_entries(route)
        for declaration in self.declarations:
            yield from self._declared_entries(declaration)
        for answering in self.exception_handlers:
            for target in answering.targets:
                yield from self._entry(target, "an exception handler", sync_on_loop=False)
        for middleware in self.middleware:
            yield from self._middleware_entries(middleware)

    def _lifespan_entry(self, item: Object) -> Iterator[Entry]:
        for inner in self._lifespan_parts(item):
            yield from self._entry(inner, "the lifespan", sync_on_loop=True, once=True)

    def _lifespan_parts(self, item: Object) -> Iterator[Object]:
        """What is called when a lifespan is entered and left."""
        match item:
            case ContextFactory(function=function):
                yield function
            case ClassObject(cls=Class() as cls):
                made = self._types.instance(cls, exact=True)
                for name in ("__init__", "__aenter__", "__aexit__"):
                    yield from self._types.classes.attribute(made, name)
            case _:
                yield item

    def _entry(
        self, item: Object, label: str, *, sync_on_loop: bool, once: bool = False
    ) -> Iterator[Entry]:
        nothing = self._types.invocations.given()
        for reached in self._types.invocations.reached(item, nothing):
            if isinstance(reached, Activation):
                function = reached.frame.function
                is_async = function is not None and function.is_async
                # What an unknown decorator has made of an ordinary function is not known.
                on_loop = is_async or (
                    sync_on_loop and reached.certain and reached.start is not Start.COROUTINE
                )
                yield Entry(reached.frame, label, on_loop, once, not sync_on_loop)

    def _route_entries(self, route: Route) -> Iterator[Entry]:
        for item in self._validated(route):
            yield from self._entry(item, route.label, sync_on_loop=True)
        for item in self._rendering(route):
            yield from self._entry(item, route.label, sync_on_loop=True)
        made = dict.fromkeys(one for endpoint in route.endpoints for one in self._made(endpoint))
        for item in made:
            for entry in self._entry(item, route.label, sync_on_loop=False):
                # A plain function fails as the handler of a websocket.
                yield replace(entry, threaded=not route.is_websocket)
            if isinstance(item, FunctionObject):
                frame = self._types.defining_frame(item.function)
                yield from self._dependency_entries(
                    self.dependencies_of(item.function, frame), route.label, set()
                )
        declaration = route.declaration
        listed = self.listed_dependencies(declaration.call, declaration.frame)
        yield from self._dependency_entries(listed, route.label, set())

    def _made(self, endpoint: Object) -> Iterator[Object]:
        """An endpoint; one that a function defines, for each call of that function, too."""
        yield endpoint
        if not isinstance(endpoint, FunctionObject):
            return
        around = endpoint.function.parent
        if not isinstance(around, Function):
            return
        invocations = self._types.invocations
        for site in self._sites.of_function(around):
            for callee in site.callees:
                if isinstance(callee, FunctionObject) and callee.function is around:
                    passed = invocations.arguments(site.call, site.frame)
                    frame = invocations.frame_of(callee, passed)
                    yield self._types.intern(
                        FunctionObject,
                        endpoint.function,
                        frame,
                        endpoint.receiver,
                        endpoint.certain,
                    )

    def _rendering(self, route: Route) -> Iterator[Object]:
        """What of the project renders the response, on the loop, of whatever function."""
        given = next(self.settings(route, "response_class", "default_response_class"), None)
        for item in () if given is None else self._types.evaluate(*given):
            if isinstance(item, ClassObject) and isinstance(item.cls, Class):
                response = self._types.instance(item.cls, exact=True)
                if self.is_response(response):
                    yield from self._types.classes.attribute(response, "render")

    def _validated(self, route: Route) -> Iterator[Object]:
        """The callables that validating requests, and responses on the loop, runs."""
        for item in route.endpoints:
            if not isinstance(item, FunctionObject):
                continue
            function = item.function
            frame = self._types.defining_frame(function)
            for parameter in function.summary.parameters:
                if parameter.annotation is not None:
                    yield from self._validation.run_by_annotation(parameter.annotation, frame)
            if function.is_async:
                yield from self._validated_response(route, function, frame)

    def _validated_response(
        self, route: Route, function: Function, frame: Frame
    ) -> Iterator[Object]:
        declaration = route.declaration
        model = declaration.argument("response_model")
        if model is not None:
            yield from self._validation.run_by_annotation(model, declaration.frame)
        elif function.summary.returns is not None:
            yield from self._validation.run_by_annotation(function.summary.returns, frame)

    def _dependency_entries(
        self, dependencies: Iterator[Object], label: str, seen: set[Object]
    ) -> Iterator[Entry]:
        nothing = self._types.invocations.given()
        for item in dependencies:
            if item in seen:
                continue
            seen.add(item)
            yield from self._entry(item, label, sync_on_loop=False)
            for reached in self._types.invocations.reached(item, nothing):
                if isinstance(reached, Activation) and reached.frame.function is not None:
                    function = reached.frame.function
                    frame = self._types.defining_frame(function)
                    below = self.dependencies_of(function, frame)
                    yield from self._dependency_entries(below, label, seen)

    def _declared_entries(self, item: Declaration) -> Iterator[Entry]:
        match item.name:
            case "middleware":
                for target in item.handler:
                    yield from self._entry(target, "the middleware", sync_on_loop=True)
            case "add_task":
                function = item.argument("func", 0)
                if function is not None:
                    for target in self._types.evaluate(function, item.frame):
                        yield from self._entry(target, "a background task", sync_on_loop=False)
            case "include_router":
                listed = self.listed_dependencies(item.call, item.frame)
                label = f"routes below {self._text(item.argument('prefix'), item.frame) or '/'}"
                yield from self._dependency_entries(listed, label, set())

    def _middleware_entries(self, item: Middleware) -> Iterator[Entry]:
        for target in item.targets:
            if not isinstance(target, ClassObject) or not isinstance(target.cls, Class):
                continue
            instance = self._types.instance(target.cls, exact=True)
            for name in ("dispatch", "__call__"):
                for method in self._types.classes.attribute(instance, name):
                    label = f"the middleware `{target.cls.name}`"
                    yield from self._entry(method, label, sync_on_loop=True)

    # --- responses ---

    def is_response(self, item: Object) -> bool:
        """Whether an object is a Starlette response, which FastAPI sends as it is."""
        return isinstance(item, Instance) and self._types.classes.derives_from(item.cls, RESPONSE)

    def positional_parameters(self, function: Function) -> tuple[Parameter, ...]:
        """The parameters that FastAPI fills."""
        return tuple(
            parameter
            for parameter in function.summary.parameters
            if parameter.kind not in (ParameterKind.VARIADIC, ParameterKind.KEYWORDS)
        )


def _identity(item: Instance) -> object:
    """What tells routers apart: the call that made them, where it is known."""
    return item.origin or item


def _sent(value: Expression | None) -> Iterator[int]:
    match value:
        case Name(start=start) | Call(start=start):
            yield start
        case Mapping(items=items):
            for _, item in items:
                yield from _sent(item)
        case Sequence(items=items):
            for item in items:
                yield from _sent(item)
        case Comprehension(element=element):
            yield from _sent(element)
        case Conditional(then=then, otherwise=otherwise):
            yield from _sent(then)
            yield from _sent(otherwise)
