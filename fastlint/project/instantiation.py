"""What the types that catalogues write stand for: `item(0)`, `type[Self]`, `A | B`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.catalogues import (
    ArgumentSpec,
    DerivedType,
    FallbackType,
    Form,
    NamedType,
    TypeExpression,
    UnionType,
    full_name,
)
from fastlint.project.arguments import Arguments
from fastlint.project.objects import (
    ANYTHING,
    NONE,
    UNKNOWN,
    Awaitable,
    ClassObject,
    ContextFactory,
    Dispatcher,
    FunctionObject,
    GeneratorContext,
    IdentityDecorator,
    Instance,
    LibraryClass,
    Object,
    Objects,
    OffloadedObject,
    OffloadingDecorator,
    TextObject,
    known,
    union,
)
from fastlint.summaries import Literal

if TYPE_CHECKING:
    from fastlint.project.types import Types


class Instantiation:
    """Makes the objects that catalogues speak of, for `types` and `invocation`."""

    def __init__(self, types: Types) -> None:
        self._types = types

    def objects(
        self, kind: TypeExpression, arguments: Arguments | None, receiver: Object | None
    ) -> Objects:
        """The objects that a type expression of the catalogue stands for."""
        match kind:
            case NamedType():
                return self._named(kind, arguments, receiver)
            case UnionType(options=options):
                return union(self.objects(option, arguments, receiver) for option in options)
            case FallbackType(first=first, otherwise=otherwise):
                found = self.objects(first, arguments, receiver)
                return found if known(found) else self.objects(otherwise, arguments, receiver)
            case DerivedType(form=form, argument=spec):
                return self._derived(form, spec, arguments or Arguments(self._types), receiver)
        raise AssertionError(kind)

    def _named(
        self, kind: NamedType, arguments: Arguments | None, receiver: Object | None
    ) -> Objects:
        types = self._types
        name = kind.name
        if name == "None":
            return (NONE,)
        if name == "Self" and receiver is not None:
            if isinstance(receiver, ClassObject):
                return (types.instance(receiver.cls, receiver.arguments, exact=True),)
            return (receiver,)
        if "." not in name and isinstance(receiver, (Instance, ClassObject)):
            bound = self._class_parameter(receiver, name)
            if bound is not None:
                return bound
        inner = tuple(self.objects(part, arguments, receiver) for part in kind.arguments)
        if name == "type":
            return (
                union(
                    (types.class_object(item.cls, item.arguments),)
                    for group in inner
                    for item in group
                    if isinstance(item, Instance)
                )
                or ANYTHING
            )
        return (types.instance(types.library_class(full_name(name)), inner),)

    def _class_parameter(self, receiver: Instance | ClassObject, name: str) -> Objects | None:
        for base in self._types.classes.order(receiver.cls):
            if not isinstance(base, LibraryClass) or base.entry is None:
                continue
            if name in base.entry.parameters:
                return self._types.classes.type_arguments(receiver, base).get(name, ANYTHING)
        return None

    def _derived(
        self, form: Form, spec: ArgumentSpec, arguments: Arguments, receiver: Object | None
    ) -> Objects:
        types = self._types
        itself = receiver is not None and spec.keyword == "self"
        objects = (receiver,) if receiver is not None and itself else arguments.objects(spec)
        match form:
            case Form.ARGUMENT | Form.PROPERTY:
                return objects
            case Form.DISPATCHER:
                return tuple(
                    types.intern(Dispatcher, item, None)
                    if isinstance(item, FunctionObject)
                    else item
                    for item in objects
                )
            case Form.INSTANCE:
                return self._instances_of(objects, spec, arguments)
            case Form.RESULT:
                return types.awaited_where_needed(
                    union(
                        types.invocations.returned(item, arguments.behind(spec)) for item in objects
                    )
                )
            case Form.ITEM:
                return types.items(objects)
            case Form.ENTERED:
                return union(types.entered((item,), is_async=_is_async(item)) for item in objects)
            case Form.AWAITED:
                return types.awaited(objects)
            case Form.DECORATOR:
                functions = tuple(
                    i for i in objects if isinstance(i, (FunctionObject, ClassObject))
                )
                return functions or (types.intern(IdentityDecorator, True),)
            case Form.IDENTITY:
                return (types.intern(IdentityDecorator, True),)
            case Form.OFFLOADED:
                if not arguments.positional:
                    return (types.intern(OffloadingDecorator),)
                return (
                    tuple(
                        types.intern(OffloadedObject, item)
                        for item in objects
                        if item is not UNKNOWN
                    )
                    or ANYTHING
                )
            case Form.CONTEXT_MANAGER | Form.ASYNC_CONTEXT_MANAGER:
                is_async = form is Form.ASYNC_CONTEXT_MANAGER
                return tuple(
                    types.intern(ContextFactory, item, is_async)
                    for item in objects
                    if isinstance(item, FunctionObject)
                )
            case Form.CLASS:
                return tuple(types.class_of(i) for i in objects if isinstance(i, Instance))
            case Form.MEMBER:
                return self._member(objects, arguments)
            case Form.PARAMETER:
                return union(
                    item.arguments[0]
                    for item in objects
                    if isinstance(item, Instance) and item.arguments
                )
            case Form.INJECTED:
                return union(map(types.invocations.injected, objects))
        return ANYTHING

    def _instances_of(self, objects: Objects, spec: ArgumentSpec, arguments: Arguments) -> Objects:
        slot = arguments.slot(spec)
        if slot is not None and slot.expression is not None and slot.frame is not None:
            if isinstance(slot.expression, Literal):
                return ANYTHING  # a type in quotes that was not read as one
            declared = self._types.annotations.declared(slot.expression, slot.frame)
            if known(declared):
                return declared
        return tuple(
            self._types.instance(item.cls, item.arguments)
            for item in objects
            if isinstance(item, ClassObject)
        )

    def _member(self, objects: Objects, arguments: Arguments) -> Objects:
        names = arguments.value(arguments.positional[1]) if len(arguments.positional) > 1 else ()
        return union(
            self._types.attribute(item, name.text) if isinstance(name, TextObject) else ANYTHING
            for item in objects
            for name in names
        )


def _is_async(item: Object) -> bool:
    match item:
        case GeneratorContext(is_async=is_async):
            return is_async
        case Awaitable():
            return True
    return False
