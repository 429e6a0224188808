"""The call graph: from a frame, which frames its code runs, and which library calls.

The graph is grown on demand, from roots. An edge says that code of one frame makes
another run: at once, by awaiting, or by iterating. What is handed off to a thread or to
something unknown makes no edge.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Protocol

from fastlint.catalogues import ArgumentSpec, Behaviour
from fastlint.project.arguments import Arguments, Slot
from fastlint.project.guards import Guards
from fastlint.project.invocation import Activation, LibraryCall, Start
from fastlint.project.objects import (
    NONE,
    UNKNOWN,
    AnyClass,
    Awaitable,
    ClassObject,
    Coroutine,
    Frame,
    FunctionObject,
    GeneratorContext,
    GeneratorObject,
    Instance,
    LazyIterator,
    LibraryClass,
    LibraryMethod,
    LibraryObject,
    Object,
    Objects,
    known,
)
from fastlint.project.symbols import Class, Function
from fastlint.project.types import Types
from fastlint.summaries import (
    Attribute,
    BindingKind,
    Block,
    Call,
    ClassReference,
    Comprehension,
    Container,
    Expression,
    FunctionReference,
    Implicit,
    ImplicitCall,
    Name,
    Operation,
    Usage,
)

Site = Call | ImplicitCall


class Way(Enum):
    """How an edge makes its target run."""

    RUNS = "runs"
    """before the call returns, in the same thread"""
    STARTS = "starts"
    """as a coroutine, an async generator or a callback of the event loop"""


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """`site` makes the code of `target` run; only the first time, if `once`."""

    site: Site
    target: Frame
    way: Way
    certain: bool
    once: bool


@dataclass(frozen=True, slots=True, eq=False)
class Sink:
    """`site` reaches a library callable that has an effect; only the first time, if `once`."""

    site: Site
    name: str
    behaviour: Behaviour
    effect: str
    certain: bool
    once: bool


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """What the code of one frame reaches."""

    edges: tuple[Edge, ...]
    sinks: tuple[Sink, ...]
    scheduled: tuple[Frame, ...]
    """Ordinary functions that the event loop will call."""


_OPERATORS = {
    "+": "__add__",
    "-": "__sub__",
    "*": "__mul__",
    "/": "__truediv__",
    "//": "__floordiv__",
    "%": "__mod__",
    "@": "__matmul__",
    "|": "__or__",
    "&": "__and__",
    "^": "__xor__",
    "<<": "__lshift__",
    ">>": "__rshift__",
    "==": "__eq__",
    "!=": "__ne__",
    "<": "__lt__",
    "<=": "__le__",
    ">": "__gt__",
    ">=": "__ge__",
    "in": "__contains__",
    "not in": "__contains__",
}
_SYNTAX_METHODS: dict[Implicit, tuple[str, ...]] = {
    Implicit.ENTER: ("__enter__", "__exit__"),
    Implicit.ENTER_ASYNC: ("__aenter__", "__aexit__"),
    Implicit.ITERATE: ("__iter__", "__next__"),
    Implicit.YIELD_FROM: ("__iter__", "__next__"),
    Implicit.ITERATE_ASYNC: ("__aiter__", "__anext__"),
    Implicit.SUBSCRIPT: ("__getitem__",),
    Implicit.SUBSCRIPT_SET: ("__setitem__",),
    Implicit.SUBSCRIPT_DELETE: ("__delitem__",),
    Implicit.TEST: ("__bool__", "__len__"),
    Implicit.FORMAT: ("__format__", "__str__", "__repr__"),
}
_AWAITING = (Usage.AWAITED, Usage.ENTERED_ASYNC, Usage.ITERATED_ASYNC)


class Reading(Protocol):
    """What a framework runs when attributes of objects are read."""

    @property
    def names(self) -> frozenset[str]:
        """The names of all such attributes."""

    def runs(self, receiver: Instance, name: str) -> Iterable[Object]:
        """The callables that reading `receiver.name` runs."""


class CallGraph:
    """Links between frames, computed once each."""

    def __init__(
        self,
        types: Types,
        construction: Callable[[AnyClass], Iterable[Object]],
        reading: Reading,
    ) -> None:
        """`construction` tells what a framework runs when it makes an object of a class."""
        self.types = types
        self.construction = construction
        self.reading = reading
        self.guards = Guards(types)
        self._links: dict[Frame, Links] = {}
        self._inert: dict[Object, bool] = {}
        self._running: dict[Block, tuple[ImplicitCall, ...]] = {}
        self._handed: dict[Block, tuple[tuple[Call, Comprehension], ...]] = {}
        self._no_arguments = Arguments(types)

    def links(self, frame: Frame) -> Links:
        """What the code of `frame` reaches."""
        found = self._links.get(frame)
        if found is None:
            found = self._links[frame] = self._find_links(frame)
        return found

    def explore(self, roots: Iterable[Frame]) -> list[Frame]:
        """Every frame that can be reached from the roots, breadth first, in a fixed order."""
        order: dict[Frame, None] = dict.fromkeys(roots)
        waiting = deque(order)
        while waiting:
            links = self.links(waiting.popleft())
            for target in (*(edge.target for edge in links.edges), *links.scheduled):
                if target not in order:
                    order[target] = None
                    waiting.append(target)
        return list(order)

    def is_inert(self, callee: Object) -> bool:
        """Whether calling an object is known to link to nothing: most calls are such."""
        found = self._inert.get(callee)
        if found is None:
            found = self._inert[callee] = self._find_inert(callee)
        return found

    def _find_inert(self, callee: Object) -> bool:
        match callee:
            case LibraryObject(name=name):
                behaviour = self.types.catalogue.callables.get(name)
                return behaviour is None or behaviour.is_inert
            case LibraryMethod(behaviour=behaviour_):
                return behaviour_.is_inert
            case ClassObject(cls=LibraryClass(entry=entry)):
                return entry is None or entry.constructor.is_inert
        return callee is UNKNOWN or callee is NONE

    def given(self, call: LibraryCall, specs: tuple[ArgumentSpec, ...]) -> Iterator[Object]:
        """What a call gives for the arguments that a catalogue speaks of."""
        for spec in specs:
            if spec.keyword == "self" and call.receiver is not None:
                if spec.method is None:
                    yield call.receiver
                else:
                    yield from self.types.attribute(call.receiver, spec.method)
            else:
                yield from call.arguments.objects(spec)

    def items_passed(self, call: LibraryCall) -> Arguments:
        """What a library's function that iterates calls another with: `map(f, items)`. Of two
        parameters, as for `reduce`, either may get an item."""
        iterables = self.given(call, call.behaviour.arguments["iterates"])
        items = self.types.items(tuple(iterables))
        return self.types.invocations.given(items, items) if known(items) else self._no_arguments

    def scheduled(self, call: LibraryCall) -> Iterator[Activation]:
        """What of the project the event loop will call because of a call."""
        for callee in self.given(call, call.behaviour.arguments["schedules"]):
            for item in self.types.invocations.reached(callee, self._no_arguments):
                if isinstance(item, Activation):
                    yield item

    # --- one frame ---

    def _find_links(self, frame: Frame) -> Links:
        collector = _Collector(self, frame)
        self._collect(frame, collector)
        return Links(tuple(collector.edges), tuple(collector.sinks), tuple(collector.scheduled))

    def _collect(self, frame: Frame, collector: _Collector) -> None:
        deferred = self._deferred(frame)
        for call in frame.block.calls:
            if not deferred or not any(item.contains(call.start) for item in deferred):
                collector.call(call)
        for implicit in self._implicit(frame.block):
            collector.implicit(implicit)
        for binding in frame.block.bindings:
            if isinstance(binding.value, ClassReference):
                self._collect_body(frame.module.classes[binding.value.qualname], collector)

    def _implicit(self, block: Block) -> tuple[ImplicitCall, ...]:
        """The syntax of a block that could run a method of any class."""
        found = self._running.get(block)
        if found is None:
            found = self._running[block] = tuple(filter(self._can_matter, block.implicit))
        return found

    def _deferred(self, frame: Frame) -> list[Comprehension]:
        """The generator expressions that are handed to an object of a library which does not
        iterate over them where it is made, a streaming response, or to the caller."""
        kept = (
            value
            for call, value in self._generators(frame.block)
            if all(map(self._keeps, self.types.evaluate(call.callee, frame)))
        )
        return [*self.types.generators_returned(frame), *kept]

    def _generators(self, block: Block) -> tuple[tuple[Call, Comprehension], ...]:
        """The generator expressions that are handed to calls."""
        found = self._handed.get(block)
        if found is None:
            found = self._handed[block] = tuple(
                (call, argument.value)
                for call in block.calls
                for argument in call.arguments
                if isinstance(argument.value, Comprehension)
                and argument.value.kind is Container.GENERATOR
            )
        return found

    def _keeps(self, callee: Object) -> bool:
        match callee:
            case ClassObject(cls=cls):
                behaviour = self.types.classes.constructor(cls)
                return behaviour is not None and not behaviour.iterates
        return False

    def _collect_body(self, cls: Class, collector: _Collector) -> None:
        """The body of a class runs where the class statement stands."""
        outer, collector.frame = collector.frame, self.types.class_frame(cls, None)
        self._collect(collector.frame, collector)
        collector.frame = outer

    def _can_matter(self, item: ImplicitCall) -> bool:
        """Cheap: whether any class has a method that this syntax could run."""
        match item.kind:
            case Implicit.GET:
                assert isinstance(item.receiver, Attribute)
                name = item.receiver.name
                return name in self._properties or name in self.reading.names
            case Implicit.SET:
                assert isinstance(item.receiver, Attribute)
                return item.receiver.name in self._setters
            case Implicit.OPERATE | Implicit.OPERATE_IN_PLACE:
                assert isinstance(item.receiver, Operation)
                if _is_search(item.receiver) and isinstance(item.receiver.operands[-1], Call):
                    return True  # which may give a generator
                return not self._methods.isdisjoint(_methods_of(item.receiver, item.kind))
            case Implicit.ENTER | Implicit.ITERATE | Implicit.YIELD_FROM:
                return True
            case Implicit.ENTER_ASYNC | Implicit.ITERATE_ASYNC:
                return True
            case kind:
                return any(name in self._methods for name in _SYNTAX_METHODS[kind])

    @cached_property
    def _methods(self) -> frozenset[str]:
        """The names of all methods that run anything: the project's, and catalogued effects."""
        names = {
            function.name
            for function in self.types.symbols.functions()
            if function.owner is not None and (function.block.calls or function.block.implicit)
        }
        names.update(
            binding.name
            for cls in self.types.symbols.classes()
            for binding in cls.block.bindings
            if binding.kind is not BindingKind.FUNCTION and binding.name.startswith("__")
        )
        for entry in self.types.catalogue.classes.values():
            names.update(name for name, item in entry.methods.items() if item.effect)
        return frozenset(names)

    @cached_property
    def _properties(self) -> frozenset[str]:
        names = {
            function.name
            for function in self.types.symbols.functions()
            if function.summary.decorators and function.owner is not None
        }
        for entry in self.types.catalogue.classes.values():
            names.update(
                name for name, item in entry.methods.items() if item.property and item.effect
            )
        return frozenset(names | self._descriptors)

    @cached_property
    def _descriptors(self) -> set[str]:
        """Attributes that may hold a descriptor of the project's."""
        classes = list(self.types.symbols.classes())
        if not any({"__get__", "__set__"} & cls.block.exit.keys() for cls in classes):
            return set()
        return {
            binding.name
            for cls in classes
            for binding in cls.block.bindings
            if isinstance(binding.value, Call)
        }

    @cached_property
    def _setters(self) -> frozenset[str]:
        return frozenset(
            function.name
            for function in self.types.symbols.functions()
            if any(_is_setter(decorator) for decorator in function.summary.decorators)
        ) | frozenset(self._descriptors)


def _is_setter(decorator: Expression) -> bool:
    return isinstance(decorator, Attribute) and decorator.name == "setter"


def _is_deleter(decorator: Expression) -> bool:
    return isinstance(decorator, Attribute) and decorator.name == "deleter"


def _is_awaited(site: Site) -> bool:
    return isinstance(site, Call) and site.usage in _AWAITING


class _Collector:
    """Collects the links of one frame."""

    def __init__(self, graph: CallGraph, frame: Frame) -> None:
        self.graph = graph
        self.types = graph.types
        self.construction = graph.construction
        self.guards = graph.guards
        self.is_inert = graph.is_inert
        self.frame = frame
        self.edges: list[Edge] = []
        self.sinks: list[Sink] = []
        self.scheduled: list[Frame] = []
        self._no_arguments = Arguments(self.types)

    def call(self, call: Call) -> None:
        """An explicit call."""
        self._resume(call)
        callees = self.types.evaluate(call.callee, self.frame)
        if all(map(self.is_inert, callees)) or self.guards.is_off_loop(call.guards, self.frame):
            return
        if not self.types.narrowing.may_run(call.guards, self.frame):
            return
        if call.usage is Usage.AWAITED:
            callees = self._awaitable(callees)
        arguments = self.types.invocations.arguments(call, self.frame)
        certain = len(callees) == 1
        for callee in callees:
            self._reach(call, callee, arguments, certain=certain)

    def _awaitable(self, callees: Objects) -> Objects:
        """Of the callables that may be meant, those whose result can be awaited."""
        if not any(map(self.types.is_coroutine_function, callees)):
            return callees
        return tuple(
            callee
            for callee in callees
            if self.types.is_coroutine_function(callee) is not False
            or any(
                isinstance(item, (Awaitable, Coroutine)) for item in self.types.results((callee,))
            )
        )

    def _resume(self, call: Call) -> None:
        """`generator.send(...)` runs the body of a generator on."""
        match call.callee:
            case Attribute(value=value, name="send" | "__next__"):
                for item in self.types.evaluate(value, self.frame):
                    if isinstance(item, GeneratorObject):
                        self._iterate(call, item, certain=True)

    def _reach(self, site: Site, callee: Object, arguments: Arguments, *, certain: bool) -> None:
        if isinstance(callee, ClassObject):
            for inner in self.construction(callee.cls):
                self._reach(site, inner, self._no_arguments, certain=certain)
        for item in self.types.invocations.reached(callee, arguments):
            match item:
                case Activation(certain=False, start=Start.RUNS) if _is_awaited(site):
                    continue  # an unknown decorator has made something awaitable of it
                case Activation(frame=frame, start=Start.RUNS, certain=sure):
                    self._edge(site, frame, Way.RUNS, certain=certain and sure)
                case Activation(frame=frame, start=Start.COROUTINE, certain=sure):
                    self._edge(site, frame, Way.STARTS, certain=certain and sure)
                case LibraryCall():
                    self._library_call(site, item, certain=certain)

    def _edge(self, site: Site, target: Frame, way: Way, *, certain: bool) -> None:
        cached = self.types.is_cached(target.function)
        first_time = self.guards.is_first_time(site.guards, self.frame)
        if cached and self._is_warm(target.function):
            return
        if first_time and self._is_warm(self.frame.function):
            return
        self.edges.append(Edge(site, target, way, certain, cached or first_time))

    def _is_warm(self, function: Function | None) -> bool:
        """Whether a module calls a function when it is imported: what runs only the first
        time has run then."""
        return function is not None and any(
            where.function is None
            and any(
                isinstance(item, FunctionObject) and item.function is function
                for item in self.types.evaluate(call.callee, where)
            )
            for call, where in self.types.call_sites.get(function.name, ())
        )

    def _library_call(
        self, site: Site, call: LibraryCall, *, certain: bool, consumed: bool = False
    ) -> None:
        """`consumed`: what the call gives is iterated at this site."""
        behaviour = call.behaviour
        deferred = behaviour.deferred and not consumed and not self._is_consumed(site)
        if not deferred and self._has_effect(site, call):
            once = self.guards.is_first_time(site.guards, self.frame)
            if not (once and self._is_warm(self.frame.function)):
                effect = self.types.invocations.effect(call)
                self.sinks.append(Sink(site, call.name, behaviour, effect, certain, once))
        specs = behaviour.arguments
        for callee in () if deferred else self.graph.given(call, specs["calls"]):
            self._reach(site, callee, self.graph.items_passed(call), certain=certain)
        handed_on = deferred and isinstance(site, Call) and site.usage is Usage.RETURNED
        for iterable in () if handed_on else self.graph.given(call, specs["iterates"]):
            self._iterate(site, iterable, certain=certain)
        for item in self.graph.scheduled(call):
            self._schedule(site, item)
        for manager in self.graph.given(call, behaviour.enters):
            self._enter(site, manager, certain=certain)
            kind = Implicit.ENTER_ASYNC if behaviour.coroutine else Implicit.ENTER
            self._methods(site, manager, _SYNTAX_METHODS[kind], certain)
        for awaitable in self.graph.given(call, specs["awaits"]):
            if isinstance(awaitable, Coroutine):
                self._edge(site, awaitable.frame, Way.STARTS, certain=certain)

    def _has_effect(self, site: Site, call: LibraryCall) -> bool:
        """Whether the effect takes place. What is awaited does not block: of two callables
        that may be meant, it must be the awaitable one."""
        if call.behaviour.effect is None or call.behaviour.coroutine:
            return False
        if _is_awaited(site):
            return False
        return self.types.invocations.applies(call)

    def _is_consumed(self, site: Site) -> bool:
        """Whether the iterable that a call gives is iterated where it can be seen."""
        if not isinstance(site, Call):
            return True
        match site.usage:
            case Usage.ITERATED | Usage.YIELDED:
                return True
            case Usage.PASSED:
                return self._is_iterated_by_parent(lambda value: value is site)
            case Usage.BOUND:
                indexes = frozenset(self._bindings_of(site))
                return any(
                    use.usage is Usage.ITERATED and not indexes.isdisjoint(use.definitions)
                    for use in self.frame.block.uses
                ) or self._is_iterated_by_parent(
                    lambda value: (
                        isinstance(value, Name) and not indexes.isdisjoint(value.definitions)
                    )
                )
        return False

    def _bindings_of(self, site: Call) -> list[int]:
        return [
            index
            for index, binding in enumerate(self.frame.block.bindings)
            if binding.value is site
        ]

    def _is_iterated_by_parent(self, is_given: Callable[[Expression], bool]) -> bool:
        """Whether a call that is given an iterable iterates over it."""
        for parent in self.frame.block.calls:
            if not any(is_given(argument.value) for argument in parent.arguments):
                continue
            arguments = self.types.invocations.arguments(parent, self.frame)
            for callee in self.types.evaluate(parent.callee, self.frame):
                if isinstance(callee, FunctionObject):
                    return True  # what the project's own functions are given, they use
                for item in self.types.invocations.reached(callee, arguments):
                    if isinstance(item, LibraryCall) and item.behaviour.iterates:
                        return True
        return False

    def _schedule(self, site: Site, item: Activation) -> None:
        if item.start is Start.COROUTINE:
            self._edge(site, item.frame, Way.STARTS, certain=item.certain)
        elif item.start is Start.RUNS:
            self.scheduled.append(item.frame)

    # --- syntax ---

    def implicit(self, item: ImplicitCall) -> None:
        """Syntax that runs methods."""
        if self.guards.is_off_loop(item.guards, self.frame):
            return
        match item.kind:
            case Implicit.GET | Implicit.SET:
                self._access(item)
            case Implicit.OPERATE | Implicit.OPERATE_IN_PLACE:
                self._operate(item)
            case Implicit.SUBSCRIPT:
                self._subscript(item)
            case Implicit.TEST | Implicit.FORMAT:
                receivers = self.types.evaluate(item.receiver, self.frame)
                self._run_first(item, receivers, _SYNTAX_METHODS[item.kind])
            case Implicit.ITERATE | Implicit.YIELD_FROM | Implicit.ITERATE_ASYNC:
                receivers = self.types.evaluate(item.receiver, self.frame)
                names = _SYNTAX_METHODS[item.kind]
                for receiver in receivers:
                    self._iterate(item, receiver, certain=len(receivers) == 1, names=names)
            case kind:
                receivers = self.types.evaluate(item.receiver, self.frame)
                for receiver in receivers:
                    self._enter(item, receiver, certain=len(receivers) == 1)
                    self._methods(item, receiver, _SYNTAX_METHODS[kind], len(receivers) == 1)

    def _enter(self, site: Site, receiver: Object, *, certain: bool) -> None:
        if isinstance(receiver, GeneratorContext):
            way = Way.STARTS if receiver.is_async else Way.RUNS
            self._edge(site, receiver.frame, way, certain=certain)

    def _subscript(self, item: ImplicitCall) -> None:
        """Methods of libraries are told the index: a slice of a query asks for nothing yet."""
        receivers = self.types.evaluate(item.receiver, self.frame)
        index = Arguments(self.types, (Slot(item.index, self.frame),))
        for receiver in receivers:
            if not isinstance(receiver, Instance):
                continue
            for method in self.types.classes.attribute(receiver, "__getitem__"):
                arguments = index if isinstance(method, LibraryMethod) else self._no_arguments
                self._reach(item, method, arguments, certain=len(receivers) == 1)

    def _iterate(
        self,
        site: Site,
        receiver: Object,
        *,
        certain: bool,
        names: tuple[str, ...] = ("__iter__", "__next__", "__aiter__", "__anext__"),
    ) -> None:
        if isinstance(receiver, GeneratorObject):
            way = Way.STARTS if receiver.is_async else Way.RUNS
            self._edge(site, receiver.frame, way, certain=certain)
            return
        if isinstance(receiver, LazyIterator):
            self._run_lazy(site, receiver, certain=certain)
            return
        self._methods(site, receiver, names, certain)

    def _run_lazy(self, site: Site, iterator: LazyIterator, *, certain: bool) -> None:
        """Runs what an iterator does that another function made; one of the same function is
        seen where it is made."""
        source, frame = iterator.source, iterator.frame
        if isinstance(source, Comprehension):
            part = self.types.part_frame(frame, source)
            self._edge(site, part, Way.RUNS, certain=certain)
        elif frame.block is not self.frame.block:
            arguments = self.types.invocations.arguments(source, frame)
            for callee in self.types.evaluate(source.callee, frame):
                for item in self.types.invocations.reached(callee, arguments):
                    if isinstance(item, LibraryCall):
                        self._library_call(site, item, certain=certain, consumed=True)

    def _methods(self, site: Site, receiver: Object, names: tuple[str, ...], certain: bool) -> None:
        if not isinstance(receiver, Instance):
            return
        for name in names:
            for method in self.types.classes.attribute(receiver, name):
                if isinstance(method, (FunctionObject, LibraryMethod)):
                    self._reach(site, method, self._no_arguments, certain=certain)
                    self._reach_iterator(site, method, name, receiver, certain)

    def _reach_iterator(
        self, site: Site, method: Object, name: str, receiver: Object, certain: bool
    ) -> None:
        """`__iter__` may give an iterator of another kind: it runs too."""
        if name not in ("__iter__", "__aiter__"):
            return
        for iterator in self.types.invocations.returned(method, self._no_arguments):
            if iterator is not receiver:
                self._iterate(site, iterator, certain=certain)

    def _operate(self, item: ImplicitCall) -> None:
        operation = item.receiver
        assert isinstance(operation, Operation)
        operand = operation.operands[-1 if _is_search(operation) else 0]
        receivers = self.types.evaluate(operand, self.frame)
        self._run_first(item, receivers, _methods_of(operation, item.kind))
        if _is_search(operation):
            for receiver in receivers:
                if isinstance(receiver, GeneratorObject):
                    self._iterate(item, receiver, certain=len(receivers) == 1)

    def _run_first(self, item: ImplicitCall, receivers: Objects, names: tuple[str, ...]) -> None:
        """Runs of these methods the first that a receiver has."""
        for receiver in receivers:
            if not isinstance(receiver, Instance):
                continue
            for method in names:
                if self.types.classes.attribute(receiver, method):
                    self._methods(item, receiver, (method,), len(receivers) == 1)
                    break

    def _access(self, item: ImplicitCall) -> None:
        attribute = item.receiver
        assert isinstance(attribute, Attribute)
        receivers = self.types.evaluate(attribute.value, self.frame)
        for receiver in receivers:
            if not isinstance(receiver, Instance):
                continue
            certain = len(receivers) == 1
            accessors = [*self._accessors(receiver, attribute.name, item.kind)]
            if item.kind is Implicit.GET:
                accessors += self.graph.reading.runs(receiver, attribute.name)
            for accessor in accessors:
                self._reach(item, accessor, self._no_arguments, certain=certain)

    def _accessors(self, receiver: Instance, name: str, kind: Implicit) -> Iterator[Object]:
        """The functions that reading or writing an attribute runs."""
        classes = [*self.types.classes.order(receiver.cls)]
        if not receiver.exact:
            classes += self.types.classes.subclasses(receiver.cls)
        for cls in classes:
            if isinstance(cls, LibraryClass):
                behaviour = cls.entry.methods.get(name) if cls.entry is not None else None
                if behaviour is not None and behaviour.property and kind is Implicit.GET:
                    yield self.types.library_method(f"{cls.name}.{name}", behaviour, receiver)
                continue
            found = list(self._own_accessors(cls, receiver, name, kind))
            yield from found
            if found and receiver.exact:
                return

    def _own_accessors(
        self, cls: Class, receiver: Instance, name: str, kind: Implicit
    ) -> Iterator[Object]:
        for binding in cls.block.bindings:
            if binding.name != name:
                continue
            if isinstance(binding.value, Call):
                yield from self._descriptor(binding.value, cls, kind)
            if binding.kind is not BindingKind.FUNCTION:
                continue
            if not isinstance(binding.value, FunctionReference):
                continue
            function = cls.module.functions[binding.value.qualname]
            if self.types.method_kind(function) != "property":
                continue
            if any(map(_is_deleter, function.summary.decorators)):
                continue
            setter = any(map(_is_setter, function.summary.decorators))
            if setter is (kind is Implicit.SET):
                yield self._bound(function, receiver)

    def _descriptor(self, value: Call, cls: Class, kind: Implicit) -> Iterator[Object]:
        """The method of a descriptor that reading or writing runs."""
        method = "__set__" if kind is Implicit.SET else "__get__"
        for item in self.types.evaluate(value, self.types.class_frame(cls, None)):
            if isinstance(item, Instance) and isinstance(item.cls, Class):
                yield from self.types.classes.attribute(item, method)

    def _bound(self, function: Function, receiver: Instance) -> FunctionObject:
        closure = self.types.enclosing_frame(function)
        return self.types.intern(FunctionObject, function, closure, receiver, True)


def _is_search(operation: Operation) -> bool:
    return operation.operator in ("in", "not in")


def _methods_of(operation: Operation, kind: Implicit) -> tuple[str, ...]:
    """The methods that an operator may run, the first that there is."""
    method = _OPERATORS.get(operation.operator)
    if method is None:
        return ()
    return (f"__i{method[2:]}", method) if kind is Implicit.OPERATE_IN_PLACE else (method,)
