"""What is put into collections, in whatever place: registries of callbacks, above all.

A collection that is a variable or an attribute holds what its display says, and what any code
of the project adds to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.project.arguments import passed
from fastlint.project.objects import (
    AnyClass,
    ClassObject,
    ContextFactory,
    Frame,
    FunctionObject,
    Instance,
    Object,
    Objects,
    is_collection,
    known,
    union,
)
from fastlint.project.symbols import Function, ProjectModule
from fastlint.summaries import (
    Attribute,
    BindingKind,
    Block,
    Call,
    Container,
    Expression,
    Import,
    Name,
    Sequence,
    Subscript,
    callee_of,
)

if TYPE_CHECKING:
    from fastlint.project.types import Types


class Registries:
    """Follows what is added to collections, for `types`."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._passing: set[tuple[Function, str]] = set()
        self._by_block: dict[Block, tuple[tuple[Expression, Expression], ...]] = {}

    def filled(self, item: Object, added: Objects) -> Object:
        """A collection with what is added to it later."""
        if not isinstance(item, Instance) or not added:
            return item
        arguments = item.arguments or ((), ()) if _short_name(item) == "dict" else item.arguments
        kept = arguments[:-1] if arguments else ()
        values = union((arguments[-1] if arguments else (), added))
        return self._types.instance(item.cls, (*kept, values), exact=item.exact)

    def added(self, name: str, frame: Frame) -> Objects:
        """What is put into the collection that a variable holds: by the function, if it is
        one's own; else by the module, and those that import the variable."""
        if frame.function is not None:
            return union(
                known(self._types.evaluate(value, frame))
                for target, value in self._own(frame.block)
                if isinstance(target, Name) and target.id == name
            )
        return union(
            self._addition(value, where)
            for target, value, where in self.additions.get(name, ())
            if isinstance(target, Name) and self._is_variable(target, where, frame)
        )

    def with_additions(self, objects: Objects, name: str, receiver: Instance) -> Objects:
        """Collections in an attribute, with what methods and others put into them."""
        if name not in self.additions or not any(map(is_collection, objects)):
            return objects
        added = union(
            self._addition(value, where, receiver)
            for target, value, where in self.additions[name]
            if isinstance(target, Attribute) and self._has_receiver(target, where, receiver)
        )
        return tuple(self.filled(item, added) if is_collection(item) else item for item in objects)

    def _has_receiver(self, target: Attribute, where: Frame, receiver: Instance) -> bool:
        return any(
            isinstance(item, (Instance, ClassObject))
            and (
                self._types.classes.is_subclass(receiver.cls, item.cls)
                or self._types.classes.is_subclass(item.cls, receiver.cls)
            )
            for item in self._types.evaluate(target.value, where)
        )

    def _own(self, block: Block) -> tuple[tuple[Expression, Expression], ...]:
        """What a block puts into collections. Kept, because expressions are known by identity."""
        found = self._by_block.get(block)
        if found is None:
            found = self._by_block[block] = tuple(_additions(block))
        return found

    def _is_variable(self, target: Name, where: Frame, holder: Frame) -> bool:
        """Whether a name elsewhere is the variable `target.id` of a module, or a class body."""
        if where.block is holder.block:
            return True
        if target.definitions:
            bindings = [where.block.bindings[index] for index in target.definitions]
        elif where.module is holder.module:
            return True
        else:
            block = where.module.summary.block
            bindings = [block.bindings[index] for index in block.exit.get(target.id, ())]
        return any(self._imports(item.value, where.module, holder.module) for item in bindings)

    def _imports(self, value: Expression, module: ProjectModule, holder: ProjectModule) -> bool:
        """Whether something is imported from a module, be it through another one."""
        if not isinstance(value, Import):
            return False
        found = self._types.symbols.find(value.module, module)
        return found is holder or (
            found is not None and value.attribute in found.summary.block.exit
        )

    def _addition(
        self, value: Expression, where: Frame, receiver: Instance | None = None
    ) -> Objects:
        match value:
            case Sequence(kind=Container.LIST, items=(Name() as inner,)):
                return (self._types.builtin("list", self._addition(inner, where, receiver)),)
        found = known(self._types.evaluate(value, where))
        if not isinstance(value, Name) or where.function is None:
            return found
        if any(map(self._types.invocations.is_telling, found)):
            return found
        return self.passed(value, where, receiver) or found

    def passed(self, name: Name, frame: Frame, receiver: Instance | None = None) -> Objects:
        """What any caller passes for a parameter that nothing else tells of: for what is
        kept in a registry, where callers mix anyway. Only what is passed to methods of
        `receiver`, where instances are told apart."""
        function = frame.function
        assert function is not None
        if (function, name.id) in self._passing:
            return ()  # a circle of calls passes nothing of its own
        self._passing.add((function, name.id))
        called = [
            self._passed_by(call, where, function, name.id, receiver)
            for call, where in self._types.call_sites.get(function.name, ())
        ]
        self._passing.remove((function, name.id))
        return union([*called, self._decorated_by(function, name.id, receiver)])

    def _is_of(self, item: Object, function: Function, receiver: Instance | None) -> bool:
        """Whether an object is `function`, and is not bound to another object."""
        if not isinstance(item, FunctionObject) or item.function is not function:
            return False
        bound = item.receiver
        if receiver is None or receiver.origin is None or not isinstance(bound, Instance):
            return True
        return bound.origin is None or bound.origin is receiver.origin

    def _passed_by(
        self,
        call: Call,
        where: Frame,
        function: Function,
        name: str,
        receiver: Instance | None,
    ) -> Objects:
        for item in self._types.evaluate(call.callee, where):
            callee = item.function if isinstance(item, ContextFactory) else item
            if isinstance(callee, FunctionObject) and self._is_of(callee, function, receiver):
                arguments = self._types.invocations.arguments(call, where)
                found = self._types.invocations.frame_of(callee, arguments).arguments.get(name)
                if found:
                    return known(found)
                return self._passed_on(call, where, callee, name)
        return ()

    def _passed_on(self, call: Call, where: Frame, callee: FunctionObject, name: str) -> Objects:
        """What a caller passes that was passed to it."""
        for parameter in callee.function.summary.parameters:
            given = passed(parameter, callee, call) if parameter.name == name else None
            if isinstance(given, Name) and where.function is not None:
                return self.passed(given, where)
        return ()

    def _decorated_by(self, function: Function, name: str, receiver: Instance | None) -> Objects:
        """The functions that `function` decorates: its first argument."""
        parameters = [parameter.name for parameter in function.summary.parameters]
        if name not in parameters[:2]:
            return ()
        found: list[Object] = []
        for other, decorator in self._decorations(function):
            for item in self._types.evaluate(decorator, self._types.defining_frame(other)):
                if self._is_of(item, function, receiver):
                    closure = self._types.enclosing_frame(other)
                    found.append(self._types.intern(FunctionObject, other, closure, None, True))
        return tuple(dict.fromkeys(found))

    def _decorations(self, function: Function) -> Iterator[tuple[Function, Expression]]:
        """The decorators that might be `function`, or a call that returns it."""
        yield from self._decorators.get((function.name, False), ())
        if isinstance(function.parent, Function):
            yield from self._decorators.get((function.parent.name, True), ())

    @cached_property
    def _decorators(self) -> dict[tuple[str, bool], list[tuple[Function, Expression]]]:
        """Every decorator, by its name and whether it is called."""
        found: dict[tuple[str, bool], list[tuple[Function, Expression]]] = {}
        for function in self._types.symbols.functions():
            for decorator in function.summary.decorators:
                is_call = isinstance(decorator, Call)
                match callee_of(decorator):
                    case Name(id=name) | Attribute(name=name):
                        found.setdefault((name, is_call), []).append((function, decorator))
        return found

    def is_registry(self, cls: AnyClass) -> bool:
        """Whether objects of a class keep what their methods are given, and call it: what one
        of them calls, another does not."""
        return any(base in self._registering for base in self._types.classes.order(cls))

    @cached_property
    def _registering(self) -> frozenset[AnyClass]:
        keeping = {
            where.function.owner
            for additions in self.additions.values()
            for target, value, where in additions
            if where.function is not None and _keeps_parameter(target, value, where.function)
        }
        return frozenset(
            cls
            for cls in keeping
            if cls is not None and any(map(_calls_variable, self._types.classes.methods(cls)))
        )

    @cached_property
    def additions(self) -> dict[str, list[tuple[Expression, Expression, Frame]]]:
        """What is put into collections anywhere: `x[key] = v`, `x.append(v)`; by the name
        of the variable or attribute."""
        found: dict[str, list[tuple[Expression, Expression, Frame]]] = {}
        sites = self._types.call_sites
        adding = {frame for name in _ADDING for _, frame in sites.get(name, ())}
        for frame in self._types.generic_frames():
            if frame not in adding and not frame.block.stores:
                continue
            for target, value in self._own(frame.block):
                match target:
                    case Name(id=name) | Attribute(name=name):
                        found.setdefault(name, []).append((target, value, frame))
        return found


def _keeps_parameter(target: Expression, value: Expression, method: Function) -> bool:
    """`self.callbacks.append(callback)`"""
    names = [parameter.name for parameter in method.summary.parameters]
    match target, value:
        case Attribute(), Sequence(items=(inner,)):
            return _keeps_parameter(target, inner, method)
        case Attribute(value=Name(id=this)), Name(id=given):
            return this in names[:1] and given in names[1:]
    return False


def _calls_variable(function: Function) -> bool:
    """Whether a function calls what it has taken from somewhere."""
    bindings = function.block.bindings
    return any(
        isinstance(call.callee, Subscript)
        or (
            isinstance(call.callee, Name)
            and any(bindings[index].kind in _TAKEN for index in call.callee.definitions)
        )
        for call in function.block.calls
    )


_TAKEN = (BindingKind.ASSIGNED, BindingKind.LOOP, BindingKind.UNPACKED, BindingKind.NARROWED)
_ADDING = {"append": 0, "add": 0, "appendleft": 0, "insert": 1, "setdefault": 1}


def _additions(block: Block) -> Iterator[tuple[Expression, Expression]]:
    for store in block.stores:
        if isinstance(store.target, Subscript):
            yield store.target.value, store.value
    for call in block.calls:
        match call.callee:
            case Attribute(value=target, name=name) if name in _ADDING:
                position = _ADDING[name]
                if position < len(call.arguments) and not call.arguments[position].stars:
                    yield _addition(target, call.arguments[position].value, call)


def _addition(target: Expression, value: Expression, call: Call) -> tuple[Expression, Expression]:
    """What is added to what: `x[key].append(v)` adds a list with `v` to `x`."""
    match target:
        case Subscript(value=outer) | Call(callee=Attribute(value=outer, name="setdefault")):
            return outer, Sequence(Container.LIST, (value,), call.start, call.end)
    return target, value


def _short_name(item: Instance) -> str:
    return item.cls.name.removeprefix("builtins.")
