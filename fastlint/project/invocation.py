"""What calling an object does: which code of the project it runs, what a library's
catalogue says of it, and what it returns."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from fastlint.catalogues import (
    Behaviour,
    Condition,
    DerivedType,
    Form,
    full_name,
)
from fastlint.project.arguments import Arguments, Slot
from fastlint.project.objects import (
    ANYTHING,
    NONE,
    UNKNOWN,
    AnyClass,
    Awaitable,
    ClassObject,
    ContextFactory,
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
    MethodCaller,
    Object,
    Objects,
    OffloadedObject,
    OffloadingDecorator,
    Origin,
    PartialObject,
    SuperObject,
    TextObject,
    TypeVariable,
    holds_callables,
    known,
    union,
)
from fastlint.project.symbols import Class, Function
from fastlint.summaries import (
    Attribute,
    Call,
    Expression,
    Literal,
    Parameter,
    ParameterKind,
    Usage,
)

if TYPE_CHECKING:
    from fastlint.project.types import Types

_NOTHING = Behaviour()
INITIALISERS = (
    "__init__",
    "__post_init__",
    "__attrs_pre_init__",
    "__attrs_post_init__",
    "model_post_init",
)


class Start(Enum):
    """What calling a function of the project does at once."""

    RUNS = "runs"
    COROUTINE = "coroutine"
    """its body runs when the coroutine is awaited or scheduled"""
    GENERATOR = "generator"
    """its body runs when the generator is iterated"""


class Activation(NamedTuple):
    """A call reaches this function of the project."""

    frame: Frame
    start: Start
    certain: bool = True


class LibraryCall(NamedTuple):
    """A call reaches this callable of a library."""

    name: str
    behaviour: Behaviour
    arguments: Arguments
    receiver: Object | None = None


class Invocations:
    """What calls do, for `types` and for the call graph."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._no_arguments = Arguments(types)
        self._injections: dict[tuple[Call, Frame], Objects | None] = {}
        self._activated: dict[tuple[FunctionObject, Call, Frame], Frame] = {}
        self._telling: dict[Object, bool] = {}
        self._expected: dict[Parameter, frozenset[AnyClass] | None] = {}

    # --- arguments ---

    def arguments(self, call: Call, frame: Frame) -> Arguments:
        """The arguments of a call site."""
        positional: list[Slot] = []
        keywords: list[tuple[str, Slot]] = []
        incomplete = False
        for argument in call.arguments:
            if argument.stars == 1:
                expanded = self._expanded(argument.value, frame)
                if expanded is None:
                    incomplete = True
                elif not incomplete:
                    positional.extend(expanded)
            elif argument.stars == 2:
                incomplete = True
            elif argument.name is not None:
                keywords.append((argument.name, Slot(argument.value, frame)))
            elif not incomplete:
                positional.append(Slot(argument.value, frame))
        place = frame.module, call
        return Arguments(
            self._types,
            tuple(positional),
            tuple(keywords),
            incomplete,
            place,
            site=(call, frame),
        )

    def _expanded(self, value: Expression, frame: Frame) -> list[Slot] | None:
        match self._types.evaluate(value, frame):
            case (Instance(cls=LibraryClass(name="builtins.tuple"), arguments=arguments),):
                return [Slot(None, None, group) for group in arguments]
        return None

    def given(self, *groups: Objects) -> Arguments:
        """Positional arguments that are known as objects."""
        return Arguments(self._types, tuple(Slot(None, None, group) for group in groups))

    # --- what runs ---

    def reached(self, callee: Object, arguments: Arguments) -> Iterator[Activation | LibraryCall]:
        """The code that calling `callee` reaches."""
        match callee:
            case FunctionObject(function=function):
                own = self._types.catalogue.own.get(function.full_name)
                if own is not None:
                    yield LibraryCall(function.full_name, own, arguments)
                    return
                yield self._activation(callee, arguments)
            case ClassObject():
                yield from self._construction(callee, arguments)
            case LibraryMethod(name=name, behaviour=behaviour, receiver=receiver):
                passed = (
                    arguments.without_first()
                    if isinstance(receiver, ClassObject)
                    and (self._is_unbound(receiver, name, arguments))
                    else arguments
                )
                yield LibraryCall(name, behaviour, passed, receiver)
            case LibraryObject(name=name):
                behaviour_ = self._types.catalogue.callables.get(name)
                if behaviour_ is not None:
                    yield LibraryCall(name, behaviour_, arguments)
            case Instance():
                for item in self._types.classes.attribute(callee, "__call__"):
                    yield from self.reached(item, arguments)
            case PartialObject(callable=inner):
                yield from self.reached(inner, self._completed(callee, arguments))
            case Dispatcher() | MethodCaller():
                for item, passed in self._passed_on(callee, arguments):
                    yield from self.reached(item, passed)
            case ContextFactory(function=inner):
                for activation in self.reached(inner, arguments):
                    if isinstance(activation, Activation):
                        yield Activation(activation.frame, Start.GENERATOR)

    def _passed_on(
        self, callee: Dispatcher | MethodCaller, arguments: Arguments
    ) -> Iterator[tuple[Object, Arguments]]:
        """What a callable chooses to call, by its first argument, and with which arguments."""
        first = arguments.value(arguments.positional[0]) if arguments.positional else ()
        if isinstance(callee, Dispatcher):
            for item, objects in self._types.dispatch.chosen(callee, first):
                slots = (Slot(None, None, objects), *arguments.positional[1:])
                yield item, arguments._replace(positional=slots, site=None)
            return
        for given in first:
            for item in self._types.attribute(given, callee.name):
                yield item, self.arguments(callee.call, callee.frame).without_first()

    def _is_unbound(self, receiver: ClassObject, name: str, arguments: Arguments) -> bool:
        """Whether `Class.method(instance, ...)` is called with its instance."""
        if not arguments.positional:
            return False
        return any(
            isinstance(item, Instance) and self._types.classes.is_subclass(item.cls, receiver.cls)
            for item in arguments.value(arguments.positional[0])
        )

    def _activation(self, callee: FunctionObject, arguments: Arguments) -> Activation:
        frame = self.frame_of(callee, arguments)
        function = callee.function
        if function.is_generator:
            return Activation(frame, Start.GENERATOR, callee.certain)
        start = Start.COROUTINE if function.is_async else Start.RUNS
        return Activation(frame, start, callee.certain)

    def _construction(
        self, callee: ClassObject, arguments: Arguments
    ) -> Iterator[Activation | LibraryCall]:
        cls = callee.cls
        if isinstance(cls, LibraryClass):
            behaviour = cls.entry.constructor if cls.entry is not None else _NOTHING
            yield LibraryCall(cls.name, behaviour, arguments)
            return
        made = self._made(callee, arguments)
        for name in INITIALISERS:
            for item in self._types.classes.attribute(made, name):
                if isinstance(item, FunctionObject):
                    yield self._activation(item, arguments)
        for item in self._types.classes.class_attribute(callee, "__new__"):
            if isinstance(item, FunctionObject):
                yield self._activation(item, arguments)
        yield from self._inherited_construction(cls, made, arguments)

    def _inherited_construction(
        self, cls: Class, made: Instance, arguments: Arguments
    ) -> Iterator[Activation | LibraryCall]:
        for base in self._types.classes.order(cls):
            if isinstance(base, Class):
                if "__init__" in base.block.exit:
                    return
            elif base.entry is not None and base.entry.constructor != _NOTHING:
                yield LibraryCall(base.name, base.entry.constructor, arguments, made)
                return
        yield from self._filled(cls, arguments)

    def _filled(self, cls: Class, arguments: Arguments) -> Iterator[Activation | LibraryCall]:
        """What makes the values of the fields of a data class that a call leaves out."""
        given = {name for name, _ in arguments.keywords}
        for position, (name, binding, base) in enumerate(self._types.classes.fields(cls)):
            if name in given or position < len(arguments.positional):
                continue
            if isinstance(binding.value, Call):
                for factory in self._filling(binding.value, self._types.class_frame(base, None)):
                    yield from self.reached(factory, self._no_arguments)

    def _filling(self, field: Call, frame: Frame) -> Iterator[Object]:
        for callee in self._types.evaluate(field.callee, frame):
            behaviour = self._declared_behaviour(callee)
            for spec in behaviour.arguments["fills"] if behaviour is not None else ():
                yield from self.arguments(field, frame).objects(spec)

    def _completed(self, item: PartialObject, arguments: Arguments) -> Arguments:
        bound = self.arguments(item.call, item.frame)
        return arguments.after(bound.positional[1:], bound.keywords)

    # --- frames of calls ---

    def frame_of(self, callee: FunctionObject, arguments: Arguments) -> Frame:
        """The activation that a call makes."""
        if arguments.site is None:
            return self._find_frame(callee, arguments)
        key = callee, *arguments.site
        found = self._activated.get(key)
        if found is None:
            found = self._activated[key] = self._find_frame(callee, arguments)
        return found

    def _find_frame(self, callee: FunctionObject, arguments: Arguments) -> Frame:
        function = callee.function
        receiver = callee.receiver
        skip = 0
        kind = self._types.method_kind(function) if function.owner is not None else "static"
        if kind != "static":
            skip = 1
            if receiver is None:
                receiver = self._first_instance(arguments)
                arguments = arguments.without_first() if arguments.positional else arguments
        elif function.owner is not None:
            receiver = None
        elif receiver is not None:
            # What a decorator has put in the place of a method takes the object like any other.
            arguments, receiver = arguments.behind_object(receiver), None
        passed = self.bind(function, arguments, skip)
        kept = self._kept_receiver(function, receiver)
        return self._types.frame(function, callee.closure, kept, passed)

    def _first_instance(self, arguments: Arguments) -> Object | None:
        if not arguments.positional:
            return None
        for item in arguments.value(arguments.positional[0]):
            if isinstance(item, (Instance, ClassObject)):
                return item
        return None

    def _kept_receiver(self, function: Function, receiver: Object | None) -> Object | None:
        match receiver:
            case Instance(cls=cls, arguments=(), frame=None, exact=False) if cls is function.owner:
                return None
        return receiver

    def bind(self, function: Function, arguments: Arguments, skip: int) -> dict[str, Objects]:
        """What a call says of the parameters, as far as it matters to the analysis."""
        bound: dict[str, Objects] = {}
        parameters = function.summary.parameters[skip:]
        slots = list(arguments.positional)
        keywords = dict(arguments.keywords)
        for parameter in parameters:
            match parameter.kind:
                case ParameterKind.VARIADIC:
                    self._bind_rest(bound, parameter, slots, arguments)
                    slots = []
                    continue
                case ParameterKind.KEYWORDS:
                    continue
                case ParameterKind.POSITIONAL_ONLY | ParameterKind.STANDARD if slots:
                    slot: Slot | None = slots.pop(0)
                case _:
                    slot = keywords.get(parameter.name)
            if slot is None:
                if not arguments.incomplete and parameter.name in function.optional:
                    bound[parameter.name] = (NONE,)
                continue
            value = arguments.value(slot)
            if self._matters(value, parameter, function):
                bound[parameter.name] = self._types.without_none(value)
            elif self._replaces_default(parameter, function):
                bound[parameter.name] = ANYTHING
        return bound

    def _bind_rest(
        self,
        bound: dict[str, Objects],
        parameter: Parameter,
        slots: list[Slot],
        arguments: Arguments,
    ) -> None:
        if arguments.incomplete:
            return
        groups = [arguments.value(slot) for slot in slots]
        if any(any(map(self.is_telling, group)) for group in groups):
            bound[parameter.name] = (self._types.builtin("tuple", *groups),)

    def _replaces_default(self, parameter: Parameter, function: Function) -> bool:
        """Whether the parameter has a default that would otherwise be taken for passed."""
        if parameter.default is None or isinstance(parameter.default, (Literal, Call)):
            return False
        frame = self._types.defining_frame(function)
        return any(map(self.is_telling, self._types.evaluate(parameter.default, frame)))

    def _matters(self, value: Objects, parameter: Parameter, function: Function) -> bool:
        """Whether the passed objects say more than the signature does."""
        if not any(map(self.is_telling, value)):
            return False
        if parameter not in self._expected:
            self._expected[parameter] = None
            self._expected[parameter] = self._find_expected(parameter, function)
        classes = self._expected[parameter]
        return classes is None or any(self._says_more(item, classes) for item in value)

    def _find_expected(
        self, parameter: Parameter, function: Function
    ) -> frozenset[AnyClass] | None:
        """The classes that a signature says a parameter is of; None where it does not say
        enough."""
        if parameter.annotation is None:
            return None
        generic = self._types.generic_frame(function)
        declared = self._types.parameter(generic, parameter)
        if not self._types.is_concrete(declared):
            return None
        if self._types.annotations.mentions_variable(parameter.annotation, function):
            return None
        return frozenset(item.cls for item in declared if isinstance(item, Instance))

    def _says_more(self, item: Object, classes: frozenset[AnyClass]) -> bool:
        """Whether an object is more than an instance of the declared classes."""
        if not isinstance(item, Instance):
            return self.is_telling(item)
        if not isinstance(item.cls, Class):
            return False
        return item.cls not in classes or item.frame is not None or bool(item.arguments)

    def is_telling(self, item: Object) -> bool:
        """Whether it matters to the analysis that this object is passed."""
        found = self._telling.get(item)
        if found is None:
            found = self._telling[item] = self._find_telling(item)
        return found

    def _find_telling(self, item: Object) -> bool:
        match item:
            case Instance(cls=Class()):
                return True
            case Instance(cls=LibraryClass(name=name, entry=entry), arguments=arguments):
                if name.startswith("builtins."):
                    return any(any(map(self.is_telling, group)) for group in arguments)
                return entry is not None
            case LibraryObject(name=name):
                return name in self._types.catalogue.callables
            case TextObject() | TypeVariable():
                return False
        return item is not UNKNOWN and item is not NONE

    # --- results ---

    def result(self, call: Call, frame: Frame) -> Objects:
        """What the value of a call site may be."""
        callees = self._types.evaluate(call.callee, frame)
        if callees == ANYTHING:
            return ANYTHING
        arguments = self.arguments(call, frame)
        found = (
            self._result(callees[0], arguments, frame, call)
            if len(callees) == 1
            else union(self._result(callee, arguments, frame, call) for callee in callees)
        )
        if call.usage in (Usage.BOUND, Usage.RETURNED) and any(map(self._is_deferred, callees)):
            return tuple(self._lazy(item, call, frame) for item in found)
        return found

    def _is_deferred(self, callee: Object) -> bool:
        behaviour = self._declared_behaviour(callee)
        return behaviour is not None and behaviour.deferred

    def _lazy(self, item: Object, call: Call, frame: Frame) -> Object:
        """An iterator that does its work where it is iterated, be it in another function."""
        match item:
            case Instance(cls=LibraryClass(name="collections.abc.Iterator"), arguments=arguments):
                items = arguments[0] if arguments else ANYTHING
                return self._types.intern(LazyIterator, call, frame, items)
        return item

    def results(self, callables: Objects) -> Objects:
        """What calling these without arguments may return."""
        return union(self.returned(item, self._no_arguments) for item in callables)

    def _result(self, callee: Object, arguments: Arguments, frame: Frame, call: Call) -> Objects:
        match callee:
            case LibraryObject(name="builtins.super"):
                return self._super(arguments, frame)
            case LibraryObject(name="functools.partial" | "functools.partialmethod"):
                if arguments.positional:
                    inner = arguments.value(arguments.positional[0])
                    return tuple(
                        self._types.intern(PartialObject, item, call, frame) for item in inner
                    )
            case LibraryObject(name="operator.methodcaller") if arguments.positional:
                return tuple(
                    self._types.intern(MethodCaller, item.text, call, frame)
                    for item in arguments.value(arguments.positional[0])
                    if isinstance(item, TextObject)
                )
        return self.returned(callee, arguments)

    def returned(self, callee: Object, arguments: Arguments) -> Objects:
        """What calling `callee` may return."""
        types = self._types
        match callee:
            case FunctionObject():
                return self._function_result(callee, arguments)
            case ClassObject():
                return self._class_result(callee, arguments)
            case LibraryMethod(behaviour=behaviour, receiver=receiver):
                return self._library_result(behaviour, arguments, receiver)
            case LibraryObject(name=name):
                return self._library_object_result(name, arguments)
            case Instance(cls=LibraryClass(name="typing.Callable"), arguments=(result,)):
                return result
            case Instance():
                method = types.classes.attribute(callee, "__call__")
                return union(self.returned(item, arguments) for item in method) or ANYTHING
            case PartialObject(callable=inner):
                return self.returned(inner, self._completed(callee, arguments))
            case Dispatcher() | MethodCaller():
                return union(
                    self.returned(item, passed)
                    for item, passed in self._passed_on(callee, arguments)
                )
            case OffloadedObject(callable=inner):
                return (types.intern(Awaitable, self.returned(inner, arguments)),)
            case ContextFactory(function=FunctionObject() as function, is_async=is_async):
                frame = self.frame_of(function, arguments)
                return (types.intern(GeneratorContext, frame, is_async),)
            case OffloadingDecorator() if arguments.positional:
                value = arguments.value(arguments.positional[0])
                return tuple(types.intern(OffloadedObject, item) for item in value)
            case IdentityDecorator(certain=certain) if arguments.positional:
                value = arguments.value(arguments.positional[0])
                return value if certain else tuple(map(self._uncertain, value))
        return ANYTHING

    def _function_result(self, callee: FunctionObject, arguments: Arguments) -> Objects:
        types = self._types
        frame = self.frame_of(callee, arguments)
        function = callee.function
        if function.is_generator:
            return (types.intern(GeneratorObject, frame, function.is_async),)
        if function.is_async:
            return (types.intern(Coroutine, frame),)
        return types.returned(frame)

    def _class_result(self, callee: ClassObject, arguments: Arguments) -> Objects:
        cls = callee.cls
        if isinstance(cls, Class):
            return (self._made(callee, arguments),)
        entry = cls.entry
        if entry is None:
            return (self._types.instance(cls, callee.arguments, exact=True),)
        if entry.constructor.result is not None:
            return self._types.instantiation.objects(entry.constructor.result, arguments, None)
        bound = callee.arguments or tuple(
            self._types.instantiation.objects(entry.bound_parameters[name], arguments, None)
            if name in entry.bound_parameters
            else ANYTHING
            for name in entry.parameters
        )
        origin = arguments.origin if entry.identity else None
        made = self._types.instance(
            cls, bound if any(map(known, bound)) else (), origin=origin, exact=True
        )
        return (made,)

    def _made(self, callee: ClassObject, arguments: Arguments) -> Instance:
        types = self._types
        cls = callee.cls
        origin = arguments.origin if self.is_told_apart(cls) else None
        # What makes an object of an abstract class makes one of a class below it.
        exact = callee.exact and not (isinstance(cls, Class) and types.is_abstract(cls))
        plain = types.instance(cls, callee.arguments, origin=origin, exact=exact)
        initialiser = types.classes.attribute(plain, "__init__")
        frames = [
            self.frame_of(item, arguments)
            for item in initialiser
            if isinstance(item, FunctionObject)
        ]
        if not frames and isinstance(cls, Class):
            fields = self._fields_passed(cls, arguments)
            made = types.fields_frame(cls, fields) if fields else None
            return types.instance(cls, callee.arguments, frame=made, origin=origin, exact=exact)
        if len(frames) != 1:
            return plain
        type_arguments = callee.arguments or self._inferred_arguments(callee, frames[0])
        if not frames[0].arguments:
            return types.instance(cls, type_arguments, origin=origin, exact=exact)
        return types.instance(cls, type_arguments, frame=frames[0], origin=origin, exact=exact)

    def _fields_passed(self, cls: Class, arguments: Arguments) -> dict[str, Objects]:
        """What a constructor that nobody wrote is given for fields whose annotation says less."""
        keywords = dict(arguments.keywords)
        fields: dict[str, Objects] = {}
        for position, (name, binding, base) in enumerate(self._types.classes.fields(cls)):
            slot = keywords.get(name)
            if slot is None and position < len(arguments.positional):
                slot = arguments.positional[position]
            if slot is None or binding.annotation is None:
                continue
            frame = self._types.class_frame(base, None)
            declared = self._types.annotations.declared(binding.annotation, frame)
            if self._types.is_concrete(declared) and not any(map(holds_callables, declared)):
                continue
            value = arguments.value(slot)
            if any(map(self.is_telling, value)):
                fields[name] = value
        return fields

    def _inferred_arguments(self, callee: ClassObject, frame: Frame) -> tuple[Objects, ...]:
        """The type arguments that the arguments of `__init__` imply."""
        parameters = self._types.classes.type_parameters(callee.cls)
        if not parameters or frame.function is None:
            return ()
        found = tuple(
            self._types.annotations.variable_from(name, frame.function, frame.arguments)
            for name in parameters
        )
        return found if any(found) else ()

    def is_told_apart(self, cls: AnyClass) -> bool:
        """Whether instances of a class are told apart by the call that made them."""
        return self._types.registries.is_registry(cls) or any(
            isinstance(base, LibraryClass) and base.entry is not None and base.entry.identity
            for base in self._types.classes.order(cls)
        )

    def _library_object_result(self, name: str, arguments: Arguments) -> Objects:
        types = self._types
        if name in ("typing.TypeVar", "typing_extensions.TypeVar"):
            return self._type_variable(arguments)
        behaviour = types.catalogue.callables.get(name)
        if behaviour is not None:
            return self._library_result(behaviour, arguments, None)
        if name.rpartition(".")[2][:1].isupper():
            return (types.instance(types.library_class(name), exact=True),)
        return ANYTHING

    def _type_variable(self, arguments: Arguments) -> Objects:
        name = arguments.value(arguments.positional[0]) if arguments.positional else ()
        bound: Objects = ()
        for keyword, slot in arguments.keywords:
            if keyword == "bound" and slot.expression is not None and slot.frame is not None:
                bound = self._types.annotations.declared(slot.expression, slot.frame)
        match name:
            case (TextObject(text=text),):
                return (self._types.intern(TypeVariable, text, bound),)
        return ANYTHING

    def _library_result(
        self, behaviour: Behaviour, arguments: Arguments, receiver: Object | None
    ) -> Objects:
        if behaviour.offloads:
            arguments = arguments._replace(handed_on=True)
        result = (
            ANYTHING
            if behaviour.result is None
            else self._types.instantiation.objects(behaviour.result, arguments, receiver)
        )
        if behaviour.adds is not None:
            result = tuple(
                self._types.intern(IdentityDecorator, True, behaviour.adds)
                if isinstance(item, IdentityDecorator)
                else self._with_methods(item, behaviour.adds)
                for item in result
            )
        if behaviour.coroutine:
            return (self._types.intern(Awaitable, result),)
        if behaviour.awaitable:
            return union((result, (self._types.intern(Awaitable, result),)))
        return result

    def _super(self, arguments: Arguments, frame: Frame) -> Objects:
        if len(arguments.positional) > 1:
            return self._explicit_super(arguments)
        holder: Frame | None = frame
        while holder is not None and (holder.function is None or holder.function.owner is None):
            holder = holder.closure
        if holder is None or holder.function is None or holder.function.owner is None:
            return ANYTHING
        owner = holder.function.owner
        receiver = (
            self._types.parameter(holder, holder.function.summary.parameters[0])
            if (holder.function.summary.parameters)
            else ()
        )
        return self._above(owner, receiver)

    def _explicit_super(self, arguments: Arguments) -> Objects:
        """`super(Class, item)`"""
        above, receiver = map(arguments.value, arguments.positional[:2])
        return union(
            self._above(item.cls, receiver)
            if isinstance(item, ClassObject) and isinstance(item.cls, Class)
            else ANYTHING
            for item in above
        )

    def _above(self, owner: Class, receiver: Objects) -> Objects:
        return union(
            (self._types.intern(SuperObject, owner, item),)
            for item in receiver
            if isinstance(item, (Instance, ClassObject))
        )

    # --- injection ---

    def injection(self, call: Call, frame: Frame) -> Objects | None:
        """What a framework passes where `call` declares a dependency; None where it
        declares none, or leaves it to the annotation."""
        key = (call, frame)
        if key not in self._injections:
            self._injections[key] = ()
            self._injections[key] = self._find_injection(call, frame)
        return self._injections[key]

    def _find_injection(self, call: Call, frame: Frame) -> Objects | None:
        dependencies = self.dependencies(call, frame)
        if dependencies is None:
            return None
        return union(map(self.injected, dependencies))

    def dependencies(self, call: Call, frame: Frame) -> Objects | None:
        """The callables that a `Depends(...)` names; None where `call` is none."""
        for callee in self._types.evaluate(call.callee, frame):
            behaviour = self._declared_behaviour(callee)
            match behaviour.result if behaviour is not None else None:
                case DerivedType(form=Form.INJECTED, argument=spec):
                    return self.arguments(call, frame).objects(spec) or None
        return None

    def is_injection(self, call: Call, frame: Frame) -> bool:
        """Whether a call declares a dependency, be it left to the annotation."""
        return any(
            behaviour is not None
            and isinstance(behaviour.result, DerivedType)
            and behaviour.result.form is Form.INJECTED
            for behaviour in map(self._declared_behaviour, self._types.evaluate(call.callee, frame))
        )

    def _declared_behaviour(self, callee: Object) -> Behaviour | None:
        match callee:
            case LibraryObject(name=name):
                return self._types.catalogue.callables.get(name)
            case LibraryMethod(behaviour=behaviour):
                return behaviour
            case ClassObject(cls=LibraryClass(entry=entry)) if entry is not None:
                return entry.constructor
        return None

    def injected(self, dependency: Object) -> Objects:
        """What a framework passes where a dependency is this callable."""
        types = self._types
        results = self.returned(dependency, self._no_arguments)
        return union(
            types.awaited((item,))
            if isinstance(item, (Coroutine, Awaitable))
            else types.items((item,))
            if isinstance(item, GeneratorObject)
            else (item,)
            for item in results
        )

    # --- decorators ---

    def decorated(self, item: Object, function: Function, frame: Frame) -> Objects:
        """What the name of a function stands for, behind its decorators."""
        return self._behind((item,), function.summary.decorators, frame)

    def wrapped(self, item: FunctionObject) -> Objects:
        """The function that one wraps, as `functools.wraps` says; a library's wrapper is known
        by the function itself."""
        frame = item.closure or self._types.defining_frame(item.function)
        for decorator in item.function.summary.decorators:
            if isinstance(decorator, Call) and decorator.arguments:
                callees = self._types.evaluate(decorator.callee, frame)
                if any(map(_is_wraps, callees)):
                    return self._types.evaluate(decorator.arguments[0].value, frame)
        return (item,)

    def decorated_below(self, function: Function, index: int) -> Objects:
        """What the decorator with this index is given: the function behind those below it."""
        frame = self._types.defining_frame(function)
        closure = self._types.enclosing_frame(function)
        item = self._types.intern(FunctionObject, function, closure, None, True)
        return self._behind((item,), function.summary.decorators[index + 1 :], frame)

    def _behind(
        self, objects: Objects, decorators: tuple[Expression, ...], frame: Frame
    ) -> Objects:
        for decorator in reversed(decorators):
            match decorator:
                case Attribute(name="setter" | "getter" | "deleter"):
                    return self._types.evaluate(decorator.value, frame)
            appliers = self._types.evaluate(decorator, frame)
            objects = union(self._apply(one, objects) for one in appliers)
        return objects

    def _apply(self, decorator: Object, objects: Objects) -> Objects:
        match decorator:
            case LibraryObject(name=name) if name in _LANGUAGE:
                return objects
            case ClassObject(cls=LibraryClass(name=name)) if name in _LANGUAGE:
                return objects
        if isinstance(decorator, (LibraryObject, LibraryMethod)):
            behaviour = (
                decorator.behaviour
                if isinstance(decorator, LibraryMethod)
                else self._types.catalogue.callables.get(decorator.name)
            )
            match behaviour.result if behaviour is not None else None:
                case DerivedType(form=Form.PROPERTY):
                    return objects
                case None:
                    return tuple(map(self._uncertain, objects))
            if behaviour is not None and behaviour.adds is not None:
                return tuple(self._with_methods(item, behaviour.adds) for item in objects)
        if isinstance(decorator, IdentityDecorator) and decorator.adds is not None:
            return tuple(self._with_methods(item, decorator.adds) for item in objects)
        results = self.returned(decorator, self.given(objects))
        if not known(results):
            return tuple(map(self._uncertain, objects))
        return tuple(item for item in results if item is not UNKNOWN)

    def _with_methods(self, item: Object, added: str) -> Object:
        if isinstance(item, FunctionObject):
            cls = self._types.library_class(added)
            return self._types.intern(
                FunctionObject, item.function, item.closure, item.receiver, False, cls
            )
        return item

    def _uncertain(self, item: Object) -> Object:
        if isinstance(item, FunctionObject):
            return self._types.intern(
                FunctionObject, item.function, item.closure, item.receiver, False
            )
        return item

    # --- conditions ---

    def applies(self, call: LibraryCall) -> bool:
        """Whether the effect that the catalogue gives a call holds for its arguments."""
        when, unless = call.behaviour.conditions
        if any(self._holds(condition, call.arguments, unsure=False) for condition in unless):
            return False
        return not when or any(
            self._holds(condition, call.arguments, unsure=call.arguments.incomplete)
            for condition in when
        )

    def effect(self, call: LibraryCall) -> str:
        """The effect that the catalogue gives a call; without its detail where the object
        was made so that it is no exception."""
        effect = call.behaviour.effect
        assert effect is not None
        match call.receiver:
            case Instance(origin=Origin(module=module, call=made)) if call.behaviour.made_with:
                arguments = self.arguments(made, self._types.module_frame(module))
                if any(_is_given(arguments.slot(spec)) for spec in call.behaviour.made_with):
                    return effect.partition("/")[0]
        return effect

    def _holds(self, condition: Condition, arguments: Arguments, *, unsure: bool) -> bool:
        slot = arguments.slot(condition.argument)
        if slot is None:
            return unsure
        if condition.instance is not None:
            wanted = self._types.library_class(full_name(condition.instance))
            return any(
                isinstance(item, Instance) and self._types.classes.is_subclass(item.cls, wanted)
                for item in arguments.value(slot)
            )
        if condition.value is None:
            return not (isinstance(slot.expression, Literal) and slot.expression.value is None)
        if isinstance(slot.expression, Literal):
            return str(slot.expression.value) == condition.value
        return any(
            isinstance(item, LibraryObject) and item.name == condition.value
            for item in arguments.value(slot)
        )


def _is_given(slot: Slot | None) -> bool:
    """Whether an argument is there, and no literal that stands for its absence."""
    if slot is None:
        return False
    return not isinstance(slot.expression, Literal) or bool(slot.expression.value)


_LANGUAGE = frozenset(
    {
        "builtins.staticmethod",
        "builtins.classmethod",
        "builtins.property",
        "abc.abstractmethod",
        "abc.abstractproperty",
        "functools.cached_property",
        "typing.overload",
        "typing.override",
        "typing.final",
    }
)


def _is_wraps(item: Object) -> bool:
    return isinstance(item, LibraryObject) and item.name == "functools.wraps"
