"""Classes over files: bases, method resolution order, subclasses, and what an attribute holds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.project.objects import (
    ANYTHING,
    NONE,
    UNKNOWN,
    AnyClass,
    ClassObject,
    Dispatcher,
    Frame,
    FunctionObject,
    Instance,
    LibraryClass,
    LibraryObject,
    Object,
    Objects,
    SuperObject,
    holds_callables,
    known,
    union,
)
from fastlint.project.symbols import Class, Function
from fastlint.summaries import (
    Attribute,
    Binding,
    BindingKind,
    Expression,
    FunctionReference,
    Name,
    Store,
    Subscript,
)

if TYPE_CHECKING:
    from fastlint.catalogues import Behaviour
    from fastlint.project.types import Types

_OBJECT_NEW = "builtins.object.__new__"
PROTOCOLS = ("typing.Protocol", "typing_extensions.Protocol")


class Classes:
    """Answers about classes; asks `types` what the expressions in their bodies are."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._bases: dict[AnyClass, tuple[ClassObject, ...]] = {}
        self._orders: dict[AnyClass, tuple[AnyClass, ...]] = {}
        self._protocols: dict[Class, bool] = {}
        self._initialising: dict[tuple[Function, Instance], Frame] = {}
        self._stores: dict[Class, dict[str, list[tuple[Function, Store]]]] = {}
        self._attributes: dict[tuple[Instance | SuperObject, str], Objects] = {}

    # --- hierarchy ---

    def bases(self, cls: AnyClass) -> tuple[ClassObject, ...]:
        """The direct bases that are known to be classes, with their type arguments."""
        found = self._bases.get(cls)
        if found is None:
            self._bases[cls] = ()
            found = self._bases[cls] = tuple(self._find_bases(cls))
        return found

    def _find_bases(self, cls: AnyClass) -> Iterator[ClassObject]:
        types = self._types
        if isinstance(cls, LibraryClass):
            for name in cls.entry.bases if cls.entry is not None else ():
                yield types.class_object(types.library_class(name))
            return
        frame = types.defining_frame(cls)
        for expression in cls.summary.bases:
            for item in types.evaluate(expression, frame):
                if isinstance(item, ClassObject) and item.cls is not cls:
                    yield item
                elif isinstance(item, LibraryObject):
                    yield types.class_object(types.library_class(item.name))

    def order(self, cls: AnyClass) -> tuple[AnyClass, ...]:
        """The method resolution order, `cls` first. Bases that are unknown are missing."""
        found = self._orders.get(cls)
        if found is None:
            self._orders[cls] = (cls,)
            found = self._orders[cls] = self._linearise(cls)
        return found

    def _linearise(self, cls: AnyClass) -> tuple[AnyClass, ...]:
        bases = [base.cls for base in self.bases(cls)]
        sequences = [list(self.order(base)) for base in bases] + [bases]
        result: list[AnyClass] = [cls]
        while sequences := [sequence for sequence in sequences if sequence]:
            head = next(
                (
                    sequence[0]
                    for sequence in sequences
                    if not any(sequence[0] in other[1:] for other in sequences)
                ),
                sequences[0][0],  # an inconsistent hierarchy: Python would refuse it
            )
            if head not in result:
                result.append(head)
            sequences = [[item for item in sequence if item is not head] for sequence in sequences]
        return tuple(result)

    def is_subclass(self, cls: AnyClass, other: AnyClass) -> bool:
        """Whether `other` is in the resolution order of `cls`."""
        return other in self.order(cls)

    def derives_from(self, cls: AnyClass, *names: str) -> bool:
        """Whether a library class of one of these names is in the order of `cls`."""
        return any(
            isinstance(base, LibraryClass) and base.name in names for base in self.order(cls)
        )

    def has_unknown_base(self, cls: AnyClass) -> bool:
        """Whether some base could not be followed to a class that is known."""
        types = self._types
        for item in self.order(cls):
            if isinstance(item, LibraryClass):
                if item.entry is None and item.name not in _PLAIN_BASES:
                    return True
                continue
            frame = types.defining_frame(item)
            for expression in item.summary.bases:
                objects = types.evaluate(expression, frame)
                if not known(objects) or UNKNOWN in objects:
                    return True
        return False

    @cached_property
    def _subclasses(self) -> dict[AnyClass, list[Class]]:
        below: dict[AnyClass, list[Class]] = {}
        for cls in self._types.symbols.classes():
            for base in self.order(cls)[1:]:
                below.setdefault(base, []).append(cls)
        return below

    def subclasses(self, cls: AnyClass) -> list[Class]:
        """Every class of the project below `cls`; for a Protocol, every class that has
        its members. `__call__` alone describes functions, and says nothing of classes."""
        below = self._subclasses.get(cls, [])
        if isinstance(cls, Class) and self.is_protocol(cls):
            return below + [other for other in self._implementations(cls) if other not in below]
        return below

    def is_protocol(self, cls: Class) -> bool:
        """Whether `cls` itself is a Protocol."""
        found = self._protocols.get(cls)
        if found is None:
            found = self._protocols[cls] = any(
                isinstance(base.cls, LibraryClass) and base.cls.name in PROTOCOLS
                for base in self.bases(cls)
            )
        return found

    def _implementations(self, protocol: Class) -> list[Class]:
        wanted = set(self._members(protocol))
        if wanted <= {"__call__"}:
            return []
        by_name = self._defining.get(min(wanted), [])
        return [
            cls
            for cls in by_name
            if cls is not protocol
            and not self.is_protocol(cls)
            and wanted <= self._all_members(cls)
        ]

    @cached_property
    def _defining(self) -> dict[str, list[Class]]:
        by_name: dict[str, list[Class]] = {}
        for cls in self._types.symbols.classes():
            for name in sorted(self._all_members(cls)):
                by_name.setdefault(name, []).append(cls)
        return by_name

    def _members(self, cls: Class) -> Iterator[str]:
        for name in cls.block.exit:
            if not name.startswith("__") or name == "__call__":
                yield name

    def _all_members(self, cls: Class) -> set[str]:
        return {
            name
            for base in self.order(cls)
            if isinstance(base, Class)
            for name in self._members(base)
        }

    def type_parameters(self, cls: AnyClass) -> tuple[str, ...]:
        """The names of the type parameters of a generic class, in order."""
        if isinstance(cls, LibraryClass):
            return cls.entry.parameters if cls.entry is not None else ()
        if cls.summary.type_parameters:
            return cls.summary.type_parameters
        return self._types.annotations.type_variables_of(cls)

    def type_arguments(self, receiver: Instance | ClassObject, cls: AnyClass) -> dict[str, Objects]:
        """What the type parameters of `cls` stand for in `receiver`, an object of `cls`
        or of a class below it."""
        if receiver.cls is cls:
            return dict(zip(self.type_parameters(cls), receiver.arguments, strict=False))
        for base in self.bases(receiver.cls):
            if not self.is_subclass(base.cls, cls):
                continue
            own = dict(zip(self.type_parameters(receiver.cls), receiver.arguments, strict=False))
            if isinstance(receiver.cls, LibraryClass):
                return {name: own[name] for name in self.type_parameters(cls) if name in own}
            arguments = tuple(
                self._types.annotations.substitute(group, own) for group in base.arguments
            )
            return self.type_arguments(self._types.class_object(base.cls, arguments), cls)
        return {}

    # --- members ---

    def attribute(self, receiver: Instance, name: str) -> Objects:
        """What `receiver.name` may be, methods bound; empty where there is no such member."""
        key = (receiver, name)
        found = self._attributes.get(key)
        if found is None:
            self._attributes[key] = ()
            found = self._attributes[key] = self._find_attribute(receiver, name)
        return found

    def _find_attribute(self, receiver: Instance, name: str) -> Objects:
        made = receiver.frame
        if made is not None and made.function is None and name in made.arguments:
            return made.arguments[name]
        own = (
            self._declared(receiver, name)
            or self._resolved(receiver, receiver.cls, name)
            or self._types.stored_elsewhere(receiver, name)
        )
        if receiver.exact or not isinstance(receiver.cls, Class):
            return own
        overriding = self._overriding(receiver, name)
        if not overriding:
            return own
        if own and all(self._is_abstract(item) for item in own):
            return overriding
        return union((own, overriding))

    def _resolved(self, receiver: Instance, cls: AnyClass, name: str) -> Objects:
        stored = union(
            self._stored(receiver, base, name)
            for base in self.order(cls)
            if isinstance(base, Class)
        )
        for base in self.order(cls):
            member = self.member(base, name, receiver)
            if member is not None:
                return union((stored, member)) if stored else member
        return stored

    def member(self, base: AnyClass, name: str, receiver: Instance | ClassObject) -> Objects | None:
        """What the body of `base` itself gives for `name`, bound to `receiver`."""
        if isinstance(base, LibraryClass):
            return self._types.library_member(base, name, receiver)
        definitions = base.block.exit.get(name)
        if definitions is None:
            return None
        frame = self._types.class_frame(base, receiver)
        return union(
            self._bind(item, receiver, self._kind(base.block.bindings[index], base))
            for index in definitions
            for item in self._types.definition(frame, index)
        )

    def _kind(self, binding: Binding, cls: Class) -> str:
        """How a function is bound that a class body binds: as the method kind says that is
        defined there, whatever a decorator has put in its place. What an annotation declares
        is most often a field of an instance, which binds nothing."""
        match binding.value:
            case FunctionReference(qualname=qualname):
                return self._types.method_kind(cls.module.functions[qualname])
        return "plain" if binding.annotation is None else "static"

    def _bind(self, item: Object, receiver: Instance | ClassObject, kind: str) -> Objects:
        types = self._types
        if isinstance(item, Dispatcher) and isinstance(receiver, Instance):
            return (types.intern(Dispatcher, item.default, receiver),)
        if isinstance(item, Instance) and isinstance(item.cls, Class):
            getter = self.attribute(item, "__get__") if item is not receiver else ()
            return types.results(getter) if getter else (item,)
        if not isinstance(item, FunctionObject) or item.receiver is not None:
            return (item,)
        if item.function.summary.is_lambda:
            return (item,)
        match kind if item.function.owner is None else types.method_kind(item.function):
            case "static":
                return (item,)
            case "class":
                cls = receiver if isinstance(receiver, ClassObject) else types.class_of(receiver)
                return (types.bind(item, cls),)
            case "property" if isinstance(receiver, Instance):
                return types.results((types.bind(item, receiver),))
        return (types.bind(item, receiver),) if isinstance(receiver, Instance) else (item,)

    def _declared(self, receiver: Instance, name: str) -> Objects:
        """The type that an annotation in a class body gives, where it says enough."""
        for base in self.order(receiver.cls):
            if not isinstance(base, Class) or name not in base.block.exit:
                continue
            binding = base.block.bindings[base.block.exit[name][-1]]
            if binding.annotation is None:
                return ()
            frame = self._types.class_frame(base, receiver)
            declared = self._types.annotations.declared(binding.annotation, frame)
            if any(map(holds_callables, declared)):
                return ()
            return declared if self._types.is_concrete(declared) else ()
        return ()

    def field(self, receiver: Instance, name: str) -> Objects:
        """What a class body declares for `name`; empty without an annotation."""
        return self._declared(receiver, name) if isinstance(receiver.cls, Class) else ()

    def nth_field(self, receiver: Instance, index: int) -> Objects:
        """The item at `index` of a named tuple; empty for what is none."""
        if not isinstance(receiver.cls, Class) or not self.derives_from(
            receiver.cls, "typing.NamedTuple"
        ):
            return ()
        names = [
            binding.name
            for binding in receiver.cls.block.bindings
            if binding.annotation is not None
        ]
        return self.field(receiver, names[index]) if index < len(names) else ()

    def fields(self, cls: Class) -> Iterator[tuple[str, Binding, Class]]:
        """The fields of a data class, a model or a named tuple: what its constructor takes, in
        order."""
        names: dict[str, tuple[Binding, Class]] = {}
        own = [base for base in self.order(cls) if isinstance(base, Class)]
        for base in reversed(own):
            for binding in base.block.bindings:
                if binding.annotation is not None and not _is_class_variable(binding.annotation):
                    names[binding.name] = binding, base
        return ((name, *place) for name, place in names.items())

    def stores(self, cls: Class) -> dict[str, list[tuple[Function, Store]]]:
        """The assignments `self.name = ...` in the methods of `cls`, by name."""
        found = self._stores.get(cls)
        if found is None:
            found = self._stores[cls] = {}
            for method in self.methods(cls):
                for name, store in _own_stores(method):
                    found.setdefault(name, []).append((method, store))
        return found

    def methods(self, cls: Class) -> Iterator[Function]:
        """The functions that are defined in the body of `cls`."""
        for binding in cls.block.bindings:
            if binding.kind is BindingKind.FUNCTION and isinstance(
                binding.value, FunctionReference
            ):
                yield cls.module.functions[binding.value.qualname]

    def _stored(self, receiver: Instance, cls: Class, name: str) -> Objects:
        return union(
            self._stored_value(receiver, method, store)
            for method, store in self.stores(cls).get(name, ())
        )

    def _stored_value(self, receiver: Instance, method: Function, store: Store) -> Objects:
        types = self._types
        frame = types.method_frame(method, receiver)
        declared: Objects = ()
        if store.annotation is not None:
            declared = types.annotations.declared(store.annotation, frame)
            if types.is_concrete(declared) and not any(map(types.says_too_little, declared)):
                return declared
        stored = types.without_none(types.evaluate(store.value, frame))
        if declared and not known(stored):
            return declared
        assert isinstance(store.target, Attribute)
        return types.registries.with_additions(stored, store.target.name, receiver)

    def initialising_frame(self, initialiser: Function, receiver: Instance) -> Frame:
        """The frame in which an `__init__` has run for `receiver`: that of a base is called by
        the one below it, as `super().__init__(...)`."""
        key = initialiser, receiver
        found = self._initialising.get(key)
        if found is None:
            types = self._types
            plain = types.frame(initialiser, types.enclosing_frame(initialiser), receiver, {})
            self._initialising[key] = plain
            called = self._called_for(initialiser, receiver)
            found = self._initialising[key] = next(called, plain)
        return found

    def _called_for(self, initialiser: Function, receiver: Instance) -> Iterator[Frame]:
        first = receiver.frame or self._first_initialising_frame(receiver)
        waiting = [first] if first is not None and first.function is not initialiser else []
        seen = set(waiting)
        while waiting:
            for frame in self._initialisers_called(waiting.pop()):
                if frame.function is initialiser:
                    yield frame
                elif frame not in seen:
                    seen.add(frame)
                    waiting.append(frame)

    def _first_initialising_frame(self, receiver: Instance) -> Frame | None:
        types = self._types
        for base in self.order(receiver.cls):
            for method in self.methods(base) if isinstance(base, Class) else ():
                if method.name == "__init__":
                    return types.frame(method, types.enclosing_frame(method), receiver, {})
        return None

    def _initialisers_called(self, frame: Frame) -> Iterator[Frame]:
        types = self._types
        for call in frame.block.calls:
            match call.callee:
                case Attribute(name="__init__"):
                    arguments = types.invocations.arguments(call, frame)
                    for item in types.evaluate(call.callee, frame):
                        if isinstance(item, FunctionObject):
                            yield types.invocations.frame_of(item, arguments)

    def _overriding(self, receiver: Instance, name: str) -> Objects:
        found: list[Objects] = []
        for cls in self.subclasses(receiver.cls):
            if name not in cls.block.exit and name not in self.stores(cls):
                continue
            instance = self._types.instance(cls, exact=True)
            found.append(self._resolved(instance, cls, name))
        return union(found)

    def _is_abstract(self, item: Object) -> bool:
        if item is NONE or item is UNKNOWN:
            return True
        return isinstance(item, FunctionObject) and item.function.block.trivial

    def super_attribute(self, item: SuperObject, name: str) -> Objects:
        """What `super().name` is: the search goes on behind the class it stands in."""
        receiver = item.receiver
        if not isinstance(receiver, (Instance, ClassObject)):
            return ANYTHING
        order = self.order(receiver.cls)
        behind = order[order.index(item.cls) + 1 :] if item.cls in order else ()
        for base in behind:
            member = self.member(base, name, receiver)
            if member is not None:
                return member
        return self._types.library_name(_OBJECT_NEW) if name == "__new__" else ANYTHING

    def class_attribute(self, item: ClassObject, name: str) -> Objects:
        """What `Class.name` is."""
        stored = self._stored_on_class(item, name)
        for base in self.order(item.cls):
            member = self.member(base, name, item)
            if member is not None:
                return union((stored, self._types.without_none(member))) if stored else member
        if name == "__new__":
            return self._types.library_name(_OBJECT_NEW)
        return stored

    def _stored_on_class(self, item: ClassObject, name: str) -> Objects:
        """What class methods assign to `cls.name`."""
        types = self._types
        return union(
            types.without_none(types.evaluate(store.value, types.generic_frame(method)))
            for base in self.order(item.cls)
            if isinstance(base, Class)
            for method, store in self.stores(base).get(name, ())
            if types.method_kind(method) == "class"
        )

    def constructor(self, cls: AnyClass) -> Behaviour | None:
        """What a library does with the arguments that make an object of `cls`; None where the
        project has a constructor of its own, or nobody knows."""
        for base in self.order(cls):
            if isinstance(base, Class):
                if "__init__" in base.block.exit:
                    return None
            elif base.entry is not None:
                return base.entry.constructor
        return None

    def library_method(self, cls: AnyClass, name: str) -> tuple[str, Behaviour] | None:
        """The catalogued method of this name that objects of `cls` inherit, with its
        full name; None if the project overrides it first or nobody knows it."""
        for base in self.order(cls):
            if isinstance(base, Class):
                if name in base.block.exit:
                    return None
                continue
            if base.entry is not None and name in base.entry.methods:
                return f"{base.name}.{name}", base.entry.methods[name]
        return None


_PLAIN_BASES = frozenset(
    {
        "abc.ABC",
        "builtins.object",
        "enum.Enum",
        "enum.IntEnum",
        "enum.StrEnum",
        "typing.Generic",
        "typing.NamedTuple",
        "typing.Protocol",
        "typing.TypedDict",
    }
)


def _own_stores(method: Function) -> Iterator[tuple[str, Store]]:
    parameters = method.summary.parameters
    if not parameters:
        return
    this = parameters[0].name
    for store in method.block.stores:
        match store.target:
            case Attribute(value=Name(id=name), name=attribute) if name == this:
                yield attribute, store


def _is_class_variable(annotation: Expression) -> bool:
    match annotation:
        case Subscript(value=value):
            return _is_class_variable(value)
        case Name(id=name) | Attribute(name=name):
            return name == "ClassVar"
    return False
