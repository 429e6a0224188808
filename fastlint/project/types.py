"""What an expression may evaluate to, without any dependency installed.

`Types` evaluates reduced expressions in frames. It follows names over modules, reads
annotations, and infers what is not annotated. What calls do is the business of
`invocation`, what attributes hold that of `classes`; the three ask one another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from operator import itemgetter
from typing import Any, TypeVar

from fastlint.catalogues import Behaviour, Catalogue
from fastlint.project.annotations import Annotations, indexes
from fastlint.project.callbacks import Callbacks
from fastlint.project.classes import Classes
from fastlint.project.dispatch import Dispatch
from fastlint.project.instantiation import Instantiation
from fastlint.project.invocation import Invocations, LibraryCall
from fastlint.project.narrowing import Narrowing
from fastlint.project.objects import (
    ANYTHING,
    NONE,
    UNKNOWN,
    Alias,
    AnyClass,
    Awaitable,
    ClassObject,
    Coroutine,
    Dispatcher,
    Frame,
    FunctionObject,
    GeneratorContext,
    GeneratorObject,
    IdentityDecorator,
    Instance,
    LazyIterator,
    LibraryClass,
    LibraryMethod,
    LibraryObject,
    ModuleObject,
    NoneObject,
    Object,
    Objects,
    Origin,
    SuperObject,
    TextObject,
    TypeVariable,
    holds_callables,
    is_collection,
    known,
    object_name,
    union,
)
from fastlint.project.registries import Registries
from fastlint.project.symbols import Class, Function, ProjectModule, Symbols
from fastlint.summaries import (
    Argument,
    Attribute,
    Await,
    Binding,
    Boolean,
    Call,
    Caught,
    ClassReference,
    Comprehension,
    Conditional,
    Container,
    Elsewhere,
    Entered,
    Expression,
    Format,
    FunctionReference,
    GuardKind,
    Import,
    Item,
    Literal,
    Mapping,
    Merged,
    Name,
    Narrowed,
    Operation,
    Parameter,
    ParameterKind,
    ParameterValue,
    Sequence,
    Starred,
    Subscript,
    Unknown,
    Unpacked,
    callee_of,
)

T = TypeVar("T")

_ITERATORS = (
    "collections.abc.Generator",
    "collections.abc.Iterable",
    "collections.abc.Iterator",
)
_AWAITABLES = ("collections.abc.Awaitable", "collections.abc.Coroutine")
_BINARY_METHODS = {
    "+": "__add__",
    "-": "__sub__",
    "*": "__mul__",
    "/": "__truediv__",
    "//": "__floordiv__",
    "%": "__mod__",
    "**": "__pow__",
    "@": "__matmul__",
    "&": "__and__",
    "|": "__or__",
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


class Types:
    """Evaluates expressions over all modules of a project."""

    def __init__(self, symbols: Symbols, catalogue: Catalogue) -> None:
        self.symbols = symbols
        self.catalogue = catalogue
        self.classes = Classes(self)
        self.annotations = Annotations(self)
        self.narrowing = Narrowing(self)
        self.registries = Registries(self)
        self.callbacks = Callbacks(self)
        self.dispatch = Dispatch(self)
        self.instantiation = Instantiation(self)
        self.invocations = Invocations(self)
        self._interned: dict[tuple[object, ...], Any] = {}
        self._frames: dict[tuple[object, ...], Frame] = {}
        self._members: dict[tuple[ProjectModule, str], Objects | None] = {}
        self._library_names: dict[str, Objects] = {}
        self._method_kinds: dict[Function, str] = {}
        self._generic: dict[Function, Frame] = {}
        self._frames_of: dict[Function, int] = {}

    # --- making objects ---

    def intern(self, make: Callable[..., T], *parts: Any) -> T:
        """The one object of this kind with these parts."""
        key = (make, *parts)
        found = self._interned.get(key)
        if found is None:
            found = self._interned[key] = make(*parts)
        return found

    def instance(
        self,
        cls: AnyClass,
        arguments: tuple[Objects, ...] = (),
        *,
        frame: Frame | None = None,
        origin: Origin | None = None,
        exact: bool = False,
    ) -> Instance:
        return self.intern(Instance, cls, arguments, frame, origin, exact)

    def builtin(self, name: str, *arguments: Objects) -> Instance:
        """An instance of a built-in class."""
        return self.instance(self.library_class(f"builtins.{name}"), arguments, exact=True)

    def class_object(
        self, cls: AnyClass, arguments: tuple[Objects, ...] = (), *, exact: bool = True
    ) -> ClassObject:
        return self.intern(ClassObject, cls, arguments, exact)

    def class_of(self, item: Instance) -> ClassObject:
        return self.class_object(item.cls, item.arguments)

    def library_class(self, name: str) -> LibraryClass:
        """The class of a library, also one that no catalogue knows."""
        canonical = self.catalogue.canonical(_without_typing(name))
        key = (LibraryClass, canonical)
        found: LibraryClass | None = self._interned.get(key)
        if found is None:
            entry = self.catalogue.classes.get(canonical)
            found = self._interned[key] = LibraryClass(canonical, entry)
        return found

    def library_method(self, name: str, behaviour: Behaviour, receiver: Object) -> LibraryMethod:
        """A method of a library, which its name and receiver identify."""
        key = (LibraryMethod, name, receiver)
        found: LibraryMethod | None = self._interned.get(key)
        if found is None:
            found = self._interned[key] = LibraryMethod(name, behaviour, receiver)
        return found

    def bind(self, item: FunctionObject, receiver: Object) -> FunctionObject:
        return self.intern(FunctionObject, item.function, item.closure, receiver, item.certain)

    # --- frames ---

    def module_frame(self, module: ProjectModule) -> Frame:
        return self._frame(module, module.summary.block, None, None, None, None, {})

    def defining_frame(self, item: Function | Class) -> Frame:
        """The generic frame of the block that holds a definition."""
        match item.parent:
            case None:
                return self.module_frame(item.module)
            case Class() as cls:
                return self.class_frame(cls, None)
            case function:
                return self.generic_frame(function)

    def class_frame(self, cls: Class, receiver: Object | None) -> Frame:
        """The frame of a class body; `receiver` decides what its type parameters are."""
        closure = self.enclosing_frame(cls)
        keep = (
            receiver
            if isinstance(receiver, (Instance, ClassObject))
            and (receiver.arguments or receiver.cls is not cls)
            else None
        )
        return self._frame(cls.module, cls.block, None, cls, closure, keep, {})

    def enclosing_frame(self, item: Function | Class) -> Frame | None:
        """The generic frame of the function around a definition, classes left out."""
        parent = item.parent
        while isinstance(parent, Class):
            parent = parent.parent
        return None if parent is None else self.generic_frame(parent)

    def generic_frame(self, function: Function) -> Frame:
        """The frame that stands for every call of a function."""
        found = self._generic.get(function)
        if found is None:
            found = self._generic[function] = self._frame(
                function.module,
                function.block,
                function,
                None,
                self.enclosing_frame(function),
                None,
                {},
            )
        return found

    def part_frame(self, frame: Frame, part: Comprehension) -> Frame:
        """What stands for a generator expression: the frame that it was made in, with nothing
        to run but itself."""
        key = (part, frame)
        found = self._frames.get(key)
        if found is None:
            block = replace(
                frame.block,
                calls=tuple(item for item in frame.block.calls if part.contains(item.start)),
                implicit=tuple(item for item in frame.block.implicit if part.contains(item.start)),
                returns=(),
            )
            found = self._frames[key] = replace(
                frame,
                block=block,
                expressions={},
                names={},
                definitions={},
                annotations={},
                memory={},
            )
        return found

    def fields_frame(self, cls: Class, fields: dict[str, Objects]) -> Frame:
        """What stands for the constructor that a class without one is given: a data class."""
        return self._frame(cls.module, cls.block, None, cls, None, None, fields)

    def method_frame(self, method: Function, receiver: Instance) -> Frame:
        """The frame of a method on `receiver`; of its very making, for `__init__`."""
        if receiver.frame is not None and receiver.frame.function is method:
            return receiver.frame
        if method.name == "__init__":
            return self.classes.initialising_frame(method, receiver)
        return self.frame(method, self.enclosing_frame(method), receiver, {})

    def frame(
        self,
        function: Function,
        closure: Frame | None,
        receiver: Object | None,
        arguments: dict[str, Objects],
    ) -> Frame:
        """The frame of a call; the generic one where too many are known already."""
        closure = closure or self.enclosing_frame(function)
        return self._frame(
            function.module, function.block, function, None, closure, receiver, arguments
        )

    def _frame(
        self,
        module: ProjectModule,
        block: Any,
        function: Function | None,
        cls: Class | None,
        closure: Frame | None,
        receiver: Object | None,
        arguments: dict[str, Objects],
    ) -> Frame:
        passed = tuple(sorted(arguments.items(), key=itemgetter(0))) if arguments else ()
        key = (block, closure, receiver, passed)
        found = self._frames.get(key)
        if found is not None:
            return found
        depth = _depth(closure, receiver, arguments)
        if depth > _DEEPEST and (arguments or receiver is not None or closure is not None):
            generic_receiver = self._generic_receiver(receiver)
            enclosing = None if function is None else self.enclosing_frame(function)
            if arguments or generic_receiver is not receiver or closure is not enclosing:
                return self._frame(module, block, function, cls, enclosing, generic_receiver, {})
        if arguments and function is not None:
            count = self._frames_of[function] = self._frames_of.get(function, 0) + 1
            if count > _most_frames(arguments):
                return self._frame(module, block, function, cls, closure, receiver, {})
        frame = Frame(module, block, function, cls, closure, receiver, arguments, depth)
        generic = None if function is None else self._generic.get(function)
        if generic is not None and generic.closure is closure:
            frame.names = generic.names  # what is around both is the same
        self._frames[key] = frame
        return frame

    def _generic_receiver(self, receiver: Object | None) -> Object | None:
        if isinstance(receiver, Instance) and isinstance(receiver.cls, Class):
            return self.instance(receiver.cls, exact=receiver.exact)
        return None

    def generic_frames(self) -> tuple[Frame, ...]:
        """One frame for every module, class body, function and lambda of the project, in
        the order of files."""
        return self._generic_frames

    @cached_property
    def _generic_frames(self) -> tuple[Frame, ...]:
        return tuple(self._all_generic_frames())

    def _all_generic_frames(self) -> Iterator[Frame]:
        for module in self.symbols.modules:
            yield self.module_frame(module)
            for cls in module.classes.values():
                yield self.class_frame(cls, None)
            for function in module.functions.values():
                yield self.generic_frame(function)

    # --- expressions ---

    def evaluate(self, expression: Expression, frame: Frame) -> Objects:
        """What `expression` may be in `frame`."""
        if type(expression) is Name:
            # A variable is remembered once, whatever number of times it is read.
            if len(expression.definitions) == 1:
                found = frame.definitions.get(expression.definitions[0])
                return self.definition(frame, expression.definitions[0]) if found is None else found
            if not expression.definitions:
                found = frame.names.get(expression.id)
                if found is not None:
                    return found
                found = self.lookup(expression.id, frame)
                if found:  # else it holds what is being computed: ask again later
                    frame.names[expression.id] = found
                return found
        key = id(expression)
        found = frame.expressions.get(key)
        if found is not None:
            return found
        evaluator = _EVALUATORS.get(type(expression))
        if evaluator is None:
            return ANYTHING
        frame.expressions[key] = ()
        result = evaluator(self, expression, frame)
        frame.expressions[key] = result
        return result

    def _name(self, expression: Name, frame: Frame) -> Objects:
        return union(self.definition(frame, index) for index in expression.definitions)

    def lookup(self, name: str, frame: Frame) -> Objects:
        """What a name stands for that no binding of the same block reaches."""
        if frame.function is None and frame.cls is None and name in frame.block.exit:
            return self._exit(name, frame)
        variable = self.own_type_variable(name, frame)
        if variable is not None:
            return variable
        closure = frame.closure
        while closure is not None:
            if name in closure.block.exit:
                return self._as_tested(name, self._exit(name, closure), frame, closure)
            variable = self.own_type_variable(name, closure)
            if variable is not None:
                return variable
            closure = closure.closure
        found = self.member(frame.module, name)
        if found is not None:
            return found
        if name == "__class__" and frame.function is not None and frame.function.owner:
            return (self.class_object(frame.function.owner),)
        return self.library_name(f"builtins.{name}")

    def _exit(self, name: str, frame: Frame) -> Objects:
        indexes = frame.block.exit[name]
        if len(indexes) == 1:
            return self.definition(frame, indexes[0])
        return union(self.definition(frame, index) for index in indexes)

    def _as_tested(self, name: str, objects: Objects, frame: Frame, around: Frame) -> Objects:
        """What a function sees of a variable around it, if it is defined under a test of it."""
        function = frame.function
        if function is None or function.parent is not around.function:
            return objects
        for guard in (around.block.guards[index] for index in function.guards):
            match guard.test:
                case Call(arguments=(Argument(stars=0, value=Name(id=tested)), *_)) as test:
                    if tested == name and guard.kind is GuardKind.TEST:
                        objects = self.narrowing.narrowed(objects, test, guard.positive, around)
        return objects

    def own_type_variable(self, name: str, frame: Frame) -> Objects | None:
        """The variable of that name that a PEP 695 type parameter list declares."""
        if not self._declares_type_variables:
            return None
        holder: Function | Class | None = frame.function or frame.cls
        while holder is not None:
            if name in holder.summary.type_parameters:
                return (self.intern(TypeVariable, name, ()),)
            holder = holder.parent if isinstance(holder.parent, Class) else None
        return None

    @cached_property
    def _declares_type_variables(self) -> bool:
        """Whether any type parameter list stands in the project: most have none."""
        return any(item.summary.type_parameters for item in self.symbols.functions()) or any(
            item.summary.type_parameters for item in self.symbols.classes()
        )

    def member(self, module: ProjectModule, name: str) -> Objects | None:
        """What `name` stands for at the end of a module; None where it has no such name."""
        key = (module, name)
        if key in self._members:
            return self._members[key]
        self._members[key] = ()
        found = self._members[key] = self._find_member(module, name)
        if found == ():
            del self._members[key]  # a circle of imports: whoever closed it may know more
        return found

    def _find_member(self, module: ProjectModule, name: str) -> Objects | None:
        if name in module.summary.block.exit:
            return self._exit(name, self.module_frame(module))
        for star in reversed(module.summary.star_imports):
            found = self._star_member(module, star, name)
            if found is not None:
                return found
        if module.summary.is_package:
            below = self.symbols.find(f"{module.name}.{name}", module)
            if below is not None:
                return (self.intern(ModuleObject, below),)
        if "__getattr__" in module.summary.block.exit:
            return ANYTHING
        return None

    def _star_member(self, module: ProjectModule, star: Import, name: str) -> Objects | None:
        target = self.symbols.find(star.module, module)
        if target is module:
            return None
        if target is not None:
            exports = target.summary.exports
            if name in exports if exports is not None else not name.startswith("_"):
                return self.member(target, name)
            return None
        dotted = self.catalogue.canonical(f"{star.module}.{name}")
        if dotted in self.catalogue.callables or dotted in self.catalogue.classes:
            return self.library_name(dotted)
        return None

    def definition(self, frame: Frame, index: int) -> Objects:
        """What the binding with this index of the frame's block holds."""
        found = frame.definitions.get(index)
        if found is not None:
            return found
        frame.definitions[index] = ()
        result = frame.definitions[index] = self._definition(frame, frame.block.bindings[index])
        return result

    def _definition(self, frame: Frame, binding: Binding) -> Objects:
        found = self._plain_definition(frame, binding)
        if any(map(is_collection, found)):
            return tuple(
                self.registries.filled(item, self.registries.added(binding.name, frame))
                if is_collection(item)
                else item
                for item in found
            )
        return found

    @cached_property
    def call_sites(self) -> dict[str, list[tuple[Call, Frame]]]:
        """Every call in the project, by the last part of what is called."""
        sites: dict[str, list[tuple[Call, Frame]]] = {}
        for frame in self.generic_frames():
            for call in frame.block.calls:
                callee = call.callee
                if isinstance(callee, Name):
                    sites.setdefault(callee.id, []).append((call, frame))
                elif isinstance(callee, Attribute):
                    sites.setdefault(callee.name, []).append((call, frame))
        return sites

    def _plain_definition(self, frame: Frame, binding: Binding) -> Objects:
        if binding.annotation is None:
            return self.evaluate(binding.value, frame)
        declared = self.annotations.declared(binding.annotation, frame)
        if not self.is_concrete(declared):
            value = self.evaluate(binding.value, frame)
            return value if known(value) else declared or ANYTHING
        if any(map(holds_callables, declared)):
            return known(self.evaluate(binding.value, frame)) or declared
        if frame.cls is None:
            value = self.without_none(self.evaluate(binding.value, frame))
            if value and all(map(self._is_made, value)):
                return value  # the annotation may say less, or be wrong
        return declared

    def _is_made(self, item: Object) -> bool:
        """Whether an object is known by the class that made it, and holds nothing that only
        an annotation would tell."""
        if not isinstance(item, Instance) or is_collection(item):
            return False
        if self.classes.type_parameters(item.cls) and not any(map(known, item.arguments)):
            return False
        return isinstance(item.cls, Class) or item.cls.entry is not None

    def _attribute(self, expression: Attribute, frame: Frame) -> Objects:
        receivers = self.evaluate(expression.value, frame)
        if len(receivers) == 1:
            return self.attribute(receivers[0], expression.name)
        return union(self.attribute(receiver, expression.name) for receiver in receivers)

    def attribute(self, receiver: Object, name: str) -> Objects:
        """What `receiver.name` may be; unknown where nothing is known of it."""
        match receiver:
            case Instance():
                if name == "__class__":
                    return (self.class_of(receiver),)
                return self.classes.attribute(receiver, name) or ANYTHING
            case ModuleObject(module=module):
                found = self.member(module, name)
                return ANYTHING if found is None else found
            case LibraryObject(name=library):
                return self.library_name(f"{library}.{name}")
            case ClassObject():
                return self.classes.class_attribute(receiver, name) or ANYTHING
            case SuperObject():
                return self.classes.super_attribute(receiver, name)
            case TextObject():
                return self.classes.attribute(self.builtin("str"), name) or ANYTHING
            case FunctionObject() if name == "__call__":
                return (receiver,)
            case FunctionObject() if name == "__wrapped__":
                return self.invocations.wrapped(receiver)
            case FunctionObject(added=LibraryClass() as added):
                return self.classes.attribute(self.instance(added), name) or ANYTHING
            case GeneratorObject(is_async=is_async) if name in ("__next__", "send", "close"):
                cls = self.library_class(f"typing.{'AsyncGenerator' if is_async else 'Generator'}")
                return self.classes.attribute(self.instance(cls), name) or ANYTHING
            case LazyIterator(items=items):
                iterator = self.instance(self.library_class("typing.Iterator"), (items,))
                return self.classes.attribute(iterator, name) or ANYTHING
            case GeneratorContext(is_async=is_async):
                kind = "_AsyncGeneratorContextManager" if is_async else "_GeneratorContextManager"
                cls = self.library_class(f"contextlib.{kind}")
                return self.library_member(cls, name, receiver) or ANYTHING
            case NoneObject():
                return ()
        return ANYTHING

    def library_name(self, dotted: str) -> Objects:
        """What a dotted name of a library stands for."""
        found = self._library_names.get(dotted)
        if found is None:
            found = self._library_names[dotted] = self._find_library_name(dotted)
        return found

    def _find_library_name(self, dotted: str) -> Objects:
        name = self.catalogue.canonical(_without_typing(dotted))
        if name in self.catalogue.classes:
            return (self.class_object(self.library_class(name)),)
        constant = self.catalogue.constants.get(name)
        if constant is not None:
            return self.instantiation.objects(constant, None, None)
        head, _, last = name.rpartition(".")
        owner = self.catalogue.classes.get(head)
        if owner is not None and last in owner.methods:
            found = self.classes.class_attribute(self.class_object(self.library_class(head)), last)
            return found or ANYTHING
        return (self.intern(LibraryObject, name),)

    def library_member(self, cls: LibraryClass, name: str, receiver: Object) -> Objects | None:
        """A member that the catalogue knows of a library's class; None for no entry."""
        entry = cls.entry
        if entry is None:
            return None
        behaviour = entry.methods.get(name)
        if behaviour is not None:
            method = self.library_method(f"{cls.name}.{name}", behaviour, receiver)
            return self.invocations.results((method,)) if behaviour.property else (method,)
        kind = entry.attribute_types.get(name)
        if kind is not None:
            return self.instantiation.objects(kind, None, receiver)
        if entry.open:
            return self._shared_attribute(cls, name)
        if name.startswith("_"):
            return None
        if entry.other_methods is not None:
            return (self.library_method(f"{cls.name}.{name}", entry.other_methods, receiver),)
        if "__getattr__" in entry.methods:
            return self.results(self.library_member(cls, "__getattr__", receiver) or ())
        return None

    def _shared_attribute(self, cls: LibraryClass, name: str) -> Objects | None:
        """What the project stores as `name` in an open class, or in any object of it."""
        kinds = (Instance, ClassObject)
        return self._stored(name, lambda item: isinstance(item, kinds) and item.cls is cls) or None

    def stored_elsewhere(self, receiver: Instance, name: str) -> Objects:
        """What other code than the methods of a class stores in an attribute of its objects."""
        if not isinstance(receiver.cls, Class):
            return ()
        order = self.classes.order(receiver.cls)
        return self._stored(name, lambda item: isinstance(item, Instance) and item.cls in order)

    def _stored(self, name: str, fits: Callable[[Object], bool]) -> Objects:
        """What any code stores as `name` in an object that fits."""
        values = (
            self.evaluate(store.value, frame)
            for frame, store in self.attribute_stores.get(name, ())
            if any(map(fits, self._receivers(store.target.value, frame)))
        )
        return self.without_none(union(values))

    def _receivers(self, expression: Expression, frame: Frame) -> Objects:
        """What an attribute is stored in; of a parameter that tells nothing, what callers
        pass."""
        found = self.evaluate(expression, frame)
        match expression:
            case Attribute(value=Name() as name, name=attribute):
                if frame.function is not None and not known(found):
                    passed = self.registries.passed(name, frame)
                    return union(self.attribute(item, attribute) for item in passed)
        return found

    @property
    def attribute_stores(self) -> dict[str, list[tuple[Frame, Any]]]:
        """Every assignment to an attribute in the project, by the attribute's name."""
        stores: dict[str, list[tuple[Frame, Any]]] | None = self._interned.get(("stores",))
        if stores is None:
            stores = self._interned[("stores",)] = {}
            for frame in self._all_frames():
                for store in frame.block.stores:
                    if isinstance(store.target, Attribute):
                        stores.setdefault(store.target.name, []).append((frame, store))
        return stores

    def _all_frames(self) -> Iterator[Frame]:
        for module in self.symbols.modules:
            yield self.module_frame(module)
        for function in self.symbols.functions():
            if function.block.stores:
                yield self.generic_frame(function)

    def _import(self, expression: Import, frame: Frame) -> Objects:
        module = self.symbols.find(expression.module, frame.module)
        if expression.attribute is None:
            if module is not None:
                return (self.intern(ModuleObject, module),)
            if self.symbols.is_opaque(expression.module):
                return ANYTHING
            if self.symbols.is_package(expression.module, frame.module):
                return (self.intern(LibraryObject, expression.module),)
            return self.library_name(expression.module)
        below = f"{expression.module}.{expression.attribute}"
        if module is not None:
            # `from . import x` in a package's own `__init__` means the module below it.
            if module is not frame.module:
                found = self.member(module, expression.attribute)
                if found is not None:
                    return found
            submodule = self.symbols.find(below, frame.module)
            return ANYTHING if submodule is None else (self.intern(ModuleObject, submodule),)
        submodule = self.symbols.find(below, frame.module)
        if submodule is not None:
            return (self.intern(ModuleObject, submodule),)
        if expression.level or self.symbols.is_opaque(expression.module):
            return ANYTHING
        if self.symbols.is_package(expression.module, frame.module):
            return ANYTHING
        return self.library_name(below)

    def _dotted_library(self, receiver: LibraryObject, name: str, frame: Frame) -> Objects:
        module = self.symbols.find(f"{receiver.name}.{name}", frame.module)
        return (self.intern(ModuleObject, module),) if module is not None else ()

    def _literal(self, expression: Literal, frame: Frame) -> Objects:
        match expression.value:
            case None:
                return ANYTHING if expression.ellipsis else (NONE,)
            case str() as text:
                return (self.intern(TextObject, text),)
            case value:
                return (self.builtin(type(value).__name__),)

    def _format(self, expression: Format, frame: Frame) -> Objects:
        return (self.builtin("str"),)

    def _conditional(self, expression: Conditional, frame: Frame) -> Objects:
        return union(
            (self.evaluate(expression.then, frame), self.evaluate(expression.otherwise, frame))
        )

    def _boolean(self, expression: Boolean, frame: Frame) -> Objects:
        groups = [self.evaluate(value, frame) for value in expression.values]
        if expression.operator == "and":
            return groups[-1]
        return union([*map(self.without_none, groups[:-1]), groups[-1]])

    def _sequence(self, expression: Sequence, frame: Frame) -> Objects:
        items = [self._element(item, frame) for item in expression.items]
        if expression.kind is Container.TUPLE and not any(
            isinstance(item, Starred) for item in expression.items
        ):
            return (self.builtin("tuple", *items),)
        return (self.builtin(str(expression.kind.value), union(items)),)

    def _element(self, item: Expression, frame: Frame) -> Objects:
        if isinstance(item, Starred):
            return self.items(self.evaluate(item.value, frame))
        return self.evaluate(item, frame)

    def _mapping(self, expression: Mapping, frame: Frame) -> Objects:
        keys: list[Objects] = []
        values: list[Objects] = []
        for key, value in expression.items:
            evaluated = self.evaluate(value, frame)
            if key is None:
                evaluated = union(
                    item.arguments[1]
                    for item in evaluated
                    if isinstance(item, Instance) and len(item.arguments) == 2
                )
            else:
                keys.append(self.evaluate(key, frame))
            values.append(evaluated)
        return (self.builtin("dict", union(keys), union(values)),)

    def _comprehension(self, expression: Comprehension, frame: Frame) -> Objects:
        element = self.evaluate(expression.element, frame)
        match expression.kind:
            case Container.DICT:
                key = () if expression.key is None else self.evaluate(expression.key, frame)
                return (self.builtin("dict", key, element),)
            case Container.GENERATOR if any(
                expression is one for one in self.generators_returned(frame)
            ):
                return (self.intern(LazyIterator, expression, frame, element),)
            case Container.GENERATOR:
                name = "typing.AsyncIterator" if expression.is_async else "typing.Iterator"
                return (self.instance(self.library_class(name), (element,), exact=True),)
            case kind:
                return (self.builtin(str(kind.value), element),)

    def generators_returned(self, frame: Frame) -> Iterator[Comprehension]:
        """The generator expressions that an ordinary function returns: whoever iterates over
        one runs it."""
        if frame.function is None or frame.function.is_async:
            return
        for item in frame.block.returns:
            match item.value:
                case Comprehension(kind=Container.GENERATOR) as generator:
                    yield generator

    def _subscript(self, expression: Subscript, frame: Frame) -> Objects:
        receivers = self.evaluate(expression.value, frame)
        return union(self._subscripted(receiver, expression, frame) for receiver in receivers)

    def _subscripted(self, receiver: Object, expression: Subscript, frame: Frame) -> Objects:
        match receiver:
            case ClassObject(cls=cls):
                parts = indexes(expression.index)
                arguments = tuple(self.annotations.declared(index, frame) for index in parts)
                return (self.class_object(cls, arguments),)
            case LibraryObject(name=name) if _without_typing(name).startswith("typing."):
                return (self.intern(Alias, expression, frame),)
            case Alias():
                return (receiver,)
            case Instance(cls=LibraryClass(name=name), arguments=arguments) if arguments:
                if isinstance(expression.index, Unknown):
                    return (receiver,)  # a slice
                return self._item_of_builtin(name, arguments, expression.index)
            case Instance():
                match expression.index:
                    case Literal(value=str() as key):
                        field = self.classes.field(receiver, key)
                        if field:
                            return field
                    case Literal(value=int() as position) if position >= 0:
                        field = self.classes.nth_field(receiver, position)
                        if field:
                            return field
                getter = self.classes.attribute(receiver, "__getitem__")
                return self.results(getter) if getter else ANYTHING
        return ANYTHING

    def _item_of_builtin(
        self, name: str, arguments: tuple[Objects, ...], index: Expression
    ) -> Objects:
        match name.removeprefix("builtins."), index:
            case "tuple", Literal(value=int() as position) if (
                -len(arguments) <= position < len(arguments)
            ):
                return arguments[position]
            case "tuple", _:
                return union(arguments)
            case "dict" | "collections.OrderedDict" | "collections.defaultdict", _:
                return arguments[-1]
            case "list" | "set" | "frozenset" | "collections.deque", _:
                return arguments[0]
        return ANYTHING

    def _operation(self, expression: Operation, frame: Frame) -> Objects:
        operator = expression.operator
        left = self.evaluate(expression.operands[0], frame)
        if operator == "|" and any(isinstance(i, (ClassObject, Alias)) or i is NONE for i in left):
            return (self.intern(Alias, expression, frame),)
        if operator in ("not", "is", "is not", "in", "not in", "==", "!=", "<", "<=", ">", ">="):
            return (self.builtin("bool"),)
        method = _BINARY_METHODS.get(operator, "")
        if len(expression.operands) != 2:
            return ANYTHING
        results = [
            self.results(self.classes.attribute(item, method))
            for item in left
            if isinstance(item, Instance) and self.classes.attribute(item, method)
        ]
        if results:
            return union(results)
        if any(isinstance(item, TextObject) for item in left):
            return (self.builtin("str"),)
        return tuple(item for item in left if _is_container(item)) or ANYTHING

    def _await(self, expression: Await, frame: Frame) -> Objects:
        return self.awaited(self.evaluate(expression.value, frame))

    def _function(self, expression: FunctionReference, frame: Frame) -> Objects:
        function = frame.module.functions[expression.qualname]
        closure = frame if frame.function is not None else frame.closure
        item: Object = self.intern(FunctionObject, function, closure, None, True)
        return self.invocations.decorated(item, function, frame)

    def _class(self, expression: ClassReference, frame: Frame) -> Objects:
        return (self.class_object(frame.module.classes[expression.qualname]),)

    def _parameter(self, expression: ParameterValue, frame: Frame) -> Objects:
        assert frame.function is not None
        return self.parameter(frame, frame.function.summary.parameters[expression.index])

    def _item(self, expression: Item, frame: Frame) -> Objects:
        return self.items(self.evaluate(expression.value, frame))

    def _entered(self, expression: Entered, frame: Frame) -> Objects:
        return self.entered(self.evaluate(expression.value, frame), is_async=expression.is_async)

    def _unpacked(self, expression: Unpacked, frame: Frame) -> Objects:
        found = []
        for item in self.evaluate(expression.value, frame):
            match item:
                case Instance(cls=LibraryClass(name="builtins.tuple"), arguments=arguments):
                    index = expression.index
                    if index is not None and index < len(arguments):
                        found.append(arguments[index])
                    else:
                        found.append(union(arguments) or ANYTHING)
                case Instance(cls=Class()) if expression.index is not None:
                    field = self.classes.nth_field(item, expression.index)
                    found.append(field or self.items((item,)))
                case _:
                    found.append(self.items((item,)))
        return union(found)

    def _narrowed(self, expression: Narrowed, frame: Frame) -> Objects:
        objects = self.evaluate(expression.value, frame)
        return self.narrowing.narrowed(objects, expression.test, expression.positive, frame)

    def _merged(self, expression: Merged, frame: Frame) -> Objects:
        return union(self.definition(frame, index) for index in expression.definitions)

    def _elsewhere(self, expression: Elsewhere, frame: Frame) -> Objects:
        owner = frame.module.owner(expression.qualname)
        if isinstance(owner, Function):
            return self.evaluate(expression.value, self.generic_frame(owner))
        return ANYTHING

    def _caught(self, expression: Caught, frame: Frame) -> Objects:
        parts = (
            expression.types.items
            if isinstance(expression.types, Sequence)
            else (expression.types,)
        )
        return union(
            (self.instance(item.cls),) if isinstance(item, ClassObject) else ANYTHING
            for part in parts
            for item in self.evaluate(part, frame)
        )

    # --- parameters ---

    def parameter(self, frame: Frame, parameter: Parameter) -> Objects:
        """What a parameter holds in `frame`."""
        assert frame.function is not None
        passed = frame.arguments.get(parameter.name)
        if passed is not None:
            return passed
        function = frame.function
        if function.owner is not None and parameter is function.summary.parameters[0]:
            this = self._this(frame, function, function.owner)
            if this is not None:
                return (this,)
        defining = self.definition_frame(frame)
        injected = self.injected(parameter, defining)
        if self.is_concrete(injected) or (known(injected) and parameter.annotation is None):
            return injected
        declared = (
            self.annotations.declared(parameter.annotation, defining, holder=frame)
            if parameter.annotation is not None
            else ()
        )
        match parameter.kind:
            case ParameterKind.VARIADIC:
                return (self.builtin("list", declared or ANYTHING),)
            case ParameterKind.KEYWORDS:
                return (self.builtin("dict", ANYTHING, declared or ANYTHING),)
        if known(declared):
            return declared
        if parameter.default is not None:
            default = self.without_none(self.evaluate(parameter.default, defining))
            if any(map(self.invocations.is_telling, default)):
                return union((default, ANYTHING))
        if parameter.annotation is None and function.owner is not None:
            return self.callbacks.received(function, parameter) or ANYTHING
        if parameter.annotation is None and parameter is function.summary.parameters[0]:
            return self.callbacks.first_argument(function) or ANYTHING
        return ANYTHING

    def definition_frame(self, frame: Frame) -> Frame:
        """Where the annotations and defaults of a frame's function are evaluated."""
        assert frame.function is not None
        parent = frame.function.parent
        if isinstance(parent, Class):
            return self.class_frame(parent, frame.receiver)
        return frame.closure or self.module_frame(frame.module)

    def _this(self, frame: Frame, function: Function, owner: Class) -> Object | None:
        kind = self.method_kind(function)
        if kind == "static":
            return None
        if kind == "class":
            if isinstance(frame.receiver, Instance):
                return self.class_of(frame.receiver)
            return frame.receiver or self.class_object(owner)
        if frame.receiver is not None:
            return frame.receiver
        return self.instance(owner, exact=False)

    def injected(self, parameter: Parameter, frame: Frame) -> Objects:
        """What a framework passes for a parameter that declares a dependency: in its
        default, or in the metadata of `Annotated`."""
        if parameter.default is not None and isinstance(parameter.default, Call):
            found = self.invocations.injection(parameter.default, frame)
            if found is not None:
                return found
        if parameter.annotation is None:
            return ()
        return self.injected_by(parameter.annotation, frame)

    def injected_by(self, annotation: Expression, frame: Frame) -> Objects:
        """What is passed for a parameter whose annotation declares a dependency."""
        for item, where in self.annotations.metadata(annotation, frame):
            found = self.invocations.injection(item, where) if isinstance(item, Call) else None
            if found is not None:
                return found
        return ()

    def method_kind(self, function: Function) -> str:
        """`static`, `class`, `property`, or `plain`."""
        kind = self._method_kinds.get(function)
        if kind is None:
            kind = self._method_kinds[function] = self._find_method_kind(function)
        return kind

    def _find_method_kind(self, function: Function) -> str:
        if function.name in ("__new__", "__init_subclass__", "__class_getitem__"):
            return "class"
        frame = self.defining_frame(function)
        for decorator in function.summary.decorators:
            match decorator:
                case Attribute(name="setter" | "getter" | "deleter"):
                    return "property"
            callee = callee_of(decorator)
            for item in self.evaluate(callee, frame):
                name = object_name(item)
                if name == "builtins.staticmethod":
                    return "static"
                if name == "builtins.classmethod":
                    return "class"
                if name.rpartition(".")[2].endswith("property"):
                    return "property"
                if self._gives_class(name, decorator, frame):
                    return "class"
        return "plain"

    def _gives_class(self, name: str, decorator: Expression, frame: Frame) -> bool:
        """Whether the decorator of this name passes the class, as it is called here."""
        behaviour = self.catalogue.callables.get(name)
        if behaviour is None or behaviour.method != "class":
            return False
        given = (
            self.invocations.arguments(decorator, frame)
            if isinstance(decorator, Call)
            else self.invocations.given()
        )
        return self.invocations.applies(LibraryCall(name, behaviour, given))

    def is_cached(self, function: Function | None) -> bool:
        """Whether a function runs once only: it takes nothing, and a decorator keeps what
        it returns."""
        if function is None or not function.summary.decorators or function.summary.parameters:
            return False
        frame = self.defining_frame(function)
        return any(self.caches(decorator, frame) for decorator in function.summary.decorators)

    def caches(self, decorator: Expression, frame: Frame) -> bool:
        """Whether a decorator keeps what the function returns, to give it again."""
        return any(map(self.is_cache, self.evaluate(callee_of(decorator), frame)))

    def is_cache(self, item: Object) -> bool:
        """Whether a library's decorator keeps what the function returns."""
        behaviour = self.catalogue.callables.get(object_name(item))
        return behaviour is not None and behaviour.caches

    # --- what objects give ---

    def results(self, callables: Objects) -> Objects:
        """What calling these without arguments may return."""
        return self.invocations.results(callables)

    def returned(self, frame: Frame) -> Objects:
        """What the function of a frame returns (awaited, for a coroutine function)."""
        found = frame.memory.get("returned")
        if found is None:
            frame.memory["returned"] = ()
            found = frame.memory["returned"] = self._returned(frame)
        return found

    def _returned(self, frame: Frame) -> Objects:
        assert frame.function is not None
        annotation = frame.function.summary.returns
        declared: Objects = ()
        if annotation is not None:
            declared = self._returns_annotation(annotation, frame)
            if self.is_concrete(declared) and not any(map(self.says_too_little, declared)):
                return self._returned_lazily(frame, declared) or declared
        values = [
            self.evaluate(item.value, frame)
            for item in frame.block.returns
            if item.value is not None and self.narrowing.may_run(item.guards, frame)
        ]
        inferred = union(values)
        if known(inferred):
            return inferred
        return declared or inferred or (ANYTHING if frame.block.trivial else (NONE,))

    def _returned_lazily(self, frame: Frame, declared: Objects) -> Objects:
        """The iterators that a function returns which run code where they are iterated, with the
        items that its signature says."""
        if not any(isinstance(i, Instance) and i.cls.name in _ITERATORS for i in declared):
            return ()
        return tuple(
            self.intern(LazyIterator, found.source, found.frame, self.items(declared))
            for item in frame.block.returns
            if isinstance(item.value, (Call, Comprehension))
            for found in self.evaluate(item.value, frame)
            if isinstance(found, LazyIterator)
        )

    def says_too_little(self, item: Object) -> bool:
        """Whether an instance needs more than its class: the call that made it, or what
        an awaitable gives."""
        if not isinstance(item, Instance):
            return False
        if isinstance(item.cls, LibraryClass) and item.cls.name in _AWAITABLES:
            return True
        if holds_callables(item):
            return True
        return self.invocations.is_told_apart(item.cls) or (
            isinstance(item.cls, Class) and self._holds_callables(item.cls)
        )

    def _holds_callables(self, cls: Class) -> bool:
        """Whether the constructor of a class may be given what the class later calls."""
        for method in self.classes.methods(cls):
            if method.name == "__init__":
                return len(method.summary.parameters) > 1
        return False

    def _returns_annotation(self, annotation: Expression, frame: Frame) -> Objects:
        match annotation:
            case Name(id="Self") | Attribute(name="Self"):
                receiver = frame.receiver
                if isinstance(receiver, ClassObject):
                    return (self.instance(receiver.cls, receiver.arguments),)
                if receiver is not None:
                    return (receiver,)
                owner = frame.function.owner if frame.function else None
                return ANYTHING if owner is None else (self.instance(owner),)
        return self.annotations.declared(annotation, self.definition_frame(frame), holder=frame)

    def yielded(self, frame: Frame) -> Objects:
        """What the generator of a frame yields."""
        found = frame.memory.get("yielded")
        if found is None:
            frame.memory["yielded"] = ()
            found = frame.memory["yielded"] = self._yielded(frame)
        return found

    def _yielded(self, frame: Frame) -> Objects:
        assert frame.function is not None
        annotation = frame.function.summary.returns
        if annotation is not None:
            declared = self.items(self._returns_annotation(annotation, frame))
            if self.is_concrete(declared):
                return declared
        return union(
            ()
            if item.value is None
            else self.items(self.evaluate(item.value, frame))
            if item.delegates
            else self.evaluate(item.value, frame)
            for item in frame.block.yields
        )

    def awaited(self, objects: Objects) -> Objects:
        """What awaiting these may give."""
        return union(self._awaited(item) for item in objects)

    def _awaited(self, item: Object) -> Objects:
        match item:
            case Coroutine(frame=frame):
                return self.returned(frame)
            case Awaitable(result=result):
                return result
            case Instance():
                method = self.classes.attribute(item, "__await__")
                return self.results(method) if method else ANYTHING
        return ANYTHING

    def items(self, objects: Objects) -> Objects:
        """What iterating over these may give."""
        return union(self._items(item) for item in objects)

    def _items(self, item: Object) -> Objects:
        match item:
            case GeneratorObject(frame=frame):
                return self.yielded(frame)
            case LazyIterator(items=items):
                return items
            case Instance(cls=LibraryClass(name="builtins.tuple"), arguments=arguments):
                return union(arguments) or ANYTHING
            case Instance():
                return self._items_of_instance(item)
        return ANYTHING

    def _items_of_instance(self, item: Instance) -> Objects:
        for name in ("__iter__", "__aiter__"):
            method = self.classes.attribute(item, name)
            if not method:
                continue
            iterators = self.results(method)
            if item in iterators:
                following = "__next__" if name == "__iter__" else "__anext__"
                results = self.results(self.classes.attribute(item, following))
                return results if name == "__iter__" else self.awaited(results)
            return self.items(iterators)
        return ANYTHING

    def entered(self, objects: Objects, *, is_async: bool) -> Objects:
        """What `with` binds for these context managers."""
        return union(self._entered_object(item, is_async=is_async) for item in objects)

    def _entered_object(self, item: Object, *, is_async: bool) -> Objects:
        match item:
            case GeneratorContext(frame=frame):
                return self.yielded(frame)
            case Awaitable(result=result) if is_async:
                return result
            case Instance():
                method = self.classes.attribute(item, "__aenter__" if is_async else "__enter__")
                if not method:
                    return ANYTHING
                results = self.results(method)
                return self.awaited(results) if is_async else results
        return ANYTHING

    # --- questions ---

    def without_none(self, objects: Objects) -> Objects:
        """The objects, None left out."""
        return tuple(item for item in objects if item is not NONE)

    def is_concrete(self, objects: Objects) -> bool:
        """Whether these say what something is: all known, and no abstract base among them."""
        rest = self.without_none(objects)
        return bool(rest) and all(map(self._is_concrete_object, rest))

    def _is_concrete_object(self, item: Object) -> bool:
        match item:
            case Instance(cls=Class() as cls):
                return not (self.classes.is_protocol(cls) or self.is_abstract(cls))
            case Instance(cls=LibraryClass(name=name)):
                return name not in ("builtins.object", "typing.Any")
            case item if item is UNKNOWN:
                return False
            case TypeVariable():
                return False
        return True

    def is_abstract(self, cls: Class) -> bool:
        """Whether a class is made to be derived from."""
        return self.classes.derives_from(cls, "abc.ABC")

    def is_coroutine_function(self, item: Object) -> bool | None:
        """Whether calling it gives a coroutine; None where that is not known."""
        match item:
            case FunctionObject(function=function, certain=certain):
                return function.is_coroutine_function if certain else None
            case LibraryMethod(behaviour=behaviour):
                return behaviour.coroutine
            case LibraryObject(name=name):
                behaviour_: Behaviour | None = self.catalogue.callables.get(name)
                return None if behaviour_ is None else behaviour_.coroutine
            case ClassObject() | IdentityDecorator():
                return False
            case Dispatcher(default=default):
                return self.is_coroutine_function(default)
            case Instance(cls=Class()):
                kinds = {self.is_coroutine_function(i) for i in self.attribute(item, "__call__")}
                return kinds.pop() if len(kinds) == 1 else None
        return None

    def awaited_where_needed(self, objects: Objects) -> Objects:
        """The objects, coroutines replaced by what awaiting them gives."""
        return union(
            self.awaited((item,)) if isinstance(item, (Coroutine, Awaitable)) else (item,)
            for item in objects
        )


_DEEPEST = 5
_MOST_FRAMES = 24
_MOST_DECORATED = 2000


def _most_frames(arguments: dict[str, Objects]) -> int:
    """How many frames a function may have: one that takes only functions may decorate half
    of the project, and each of these is another case."""
    passed = [item for group in arguments.values() for item in group]
    decorates = all(isinstance(item, FunctionObject) for item in passed)
    return _MOST_DECORATED if decorates else _MOST_FRAMES


def _depth(closure: Frame | None, receiver: Object | None, arguments: dict[str, Objects]) -> int:
    """How deeply frames are nested in what makes a frame: recursion would nest forever."""
    passed = (item for group in arguments.values() for item in group)
    outer = 0 if closure is None else closure.depth
    return 1 + max(outer, *map(_object_depth, (receiver, *passed)))


def _object_depth(item: Object | None) -> int:
    match item:
        case Instance(frame=frame, arguments=arguments):
            nested = [_object_depth(i) + 1 for group in arguments for i in group]
            return max([0 if frame is None else frame.depth, *nested])
        case FunctionObject(closure=closure, receiver=receiver):
            return max(0 if closure is None else closure.depth, _object_depth(receiver))
        case (
            Coroutine(frame=frame)
            | GeneratorObject(frame=frame)
            | GeneratorContext(frame=frame)
            | LazyIterator(frame=frame)
        ):
            return frame.depth
        case Awaitable(result=result):
            return 1 + max(map(_object_depth, result), default=0)
        case ClassObject(arguments=arguments):
            return max([_object_depth(i) + 1 for group in arguments for i in group], default=0)
    return 0


def _without_typing(name: str) -> str:
    """`typing_extensions` repeats what `typing` has."""
    return name.replace("typing_extensions.", "typing.", 1)


def _is_container(item: Object) -> bool:
    return isinstance(item, Instance) and bool(item.arguments)


def first_known(groups: Iterable[Objects]) -> Objects:
    """The first group that says something."""
    for group in groups:
        if known(group):
            return group
    return ANYTHING


_EVALUATORS: dict[type[Expression], Callable[[Types, Any, Frame], Objects]] = {
    Name: Types._name,
    Attribute: Types._attribute,
    Literal: Types._literal,
    Format: Types._format,
    Sequence: Types._sequence,
    Mapping: Types._mapping,
    Comprehension: Types._comprehension,
    Subscript: Types._subscript,
    Conditional: Types._conditional,
    Boolean: Types._boolean,
    Operation: Types._operation,
    Await: Types._await,
    FunctionReference: Types._function,
    ClassReference: Types._class,
    Import: Types._import,
    ParameterValue: Types._parameter,
    Item: Types._item,
    Entered: Types._entered,
    Unpacked: Types._unpacked,
    Narrowed: Types._narrowed,
    Merged: Types._merged,
    Elsewhere: Types._elsewhere,
    Caught: Types._caught,
    Call: lambda types, call, frame: types.invocations.result(call, frame),
}
