"""What an expression may evaluate to: the abstract objects of the analysis.

Objects are interned: two that are equal are the same, so they compare and hash by
identity. `Objects`, an ordered tuple without duplicates, is a set of possibilities; the
empty one says that nothing is known to arrive, `UNKNOWN` in it that anything may.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from fastlint.catalogues import Behaviour, ClassEntry
from fastlint.project.symbols import Class, Function, ProjectModule
from fastlint.summaries import Block, Call, Comprehension, Expression

MOST = 32
"""More possibilities than this are cut to the first, and `UNKNOWN`."""


@dataclass(frozen=True, slots=True, eq=False)
class UnknownObject:
    """Anything."""


@dataclass(frozen=True, slots=True, eq=False)
class NoneObject:
    """None."""


@dataclass(frozen=True, slots=True, eq=False)
class TextObject:
    """A string that is known."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class ModuleObject:
    """A module of the project."""

    module: ProjectModule


@dataclass(frozen=True, slots=True, eq=False)
class LibraryObject:
    """A module, function or other name of a library, by its canonical dotted name."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class LibraryClass:
    """A class of a library; without an entry where no catalogue knows it."""

    name: str
    entry: ClassEntry | None


AnyClass: TypeAlias = Class | LibraryClass


@dataclass(frozen=True, slots=True, eq=False)
class ClassObject:
    """A class, with the arguments of its type parameters where they are given. Unless
    `exact`, it may be any subclass: `type[Base]`."""

    cls: AnyClass
    arguments: tuple[Objects, ...] = ()
    exact: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """An object of a class.

    `frame` is the activation of `__init__` that made it, so that attributes set from
    parameters are known; `origin` the call that made it, for classes whose instances
    are told apart. Unless `exact`, it may be of any subclass.
    """

    cls: AnyClass
    arguments: tuple[Objects, ...]
    frame: Frame | None
    origin: Origin | None
    exact: bool


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """The place that made an object: an expression of a module."""

    module: ProjectModule
    call: Call


@dataclass(frozen=True, slots=True, eq=False)
class FunctionObject:
    """A function of the project: with the activation of the function around it where
    that is known, and the object that it is bound to. Not `certain` where a decorator
    that nobody knows may have replaced it; `added` is a class of a library whose methods
    a decorator gives it besides (`task.delay`)."""

    function: Function
    closure: Frame | None
    receiver: Object | None
    certain: bool
    added: LibraryClass | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LibraryMethod:
    """A method of a library's class, bound to `receiver`; unbound where that is a class."""

    name: str
    """class and method, dotted"""
    behaviour: Behaviour
    receiver: Object


@dataclass(frozen=True, slots=True, eq=False)
class PartialObject:
    """`functools.partial(callable, ...)`, with the call that bound its arguments."""

    callable: Object
    call: Call
    frame: Frame


@dataclass(frozen=True, slots=True, eq=False)
class OffloadedObject:
    """A callable that runs `callable` in a worker: calling it gives an awaitable."""

    callable: Object


@dataclass(frozen=True, slots=True, eq=False)
class Coroutine:
    """What calling a coroutine function of the project gives."""

    frame: Frame


@dataclass(frozen=True, slots=True, eq=False)
class Awaitable:
    """Something of a library that gives `result` when awaited."""

    result: Objects


@dataclass(frozen=True, slots=True, eq=False)
class GeneratorObject:
    """What calling a generator function of the project gives: its body has not run."""

    frame: Frame
    is_async: bool


@dataclass(frozen=True, slots=True, eq=False)
class ContextFactory:
    """A generator function behind `contextmanager` or `asynccontextmanager`."""

    function: Object
    is_async: bool


@dataclass(frozen=True, slots=True, eq=False)
class Dispatcher:
    """A function that runs one of several, by the class of its first argument: what
    `singledispatch` makes of `default`. `receiver`, where it is a method."""

    default: FunctionObject
    receiver: Object | None


@dataclass(frozen=True, slots=True, eq=False)
class MethodCaller:
    """`methodcaller("name", ...)`: calls this method of what it is given. The call that made it
    stands in `frame`, and has the arguments of the method."""

    name: str
    call: Call
    frame: Frame


@dataclass(frozen=True, slots=True, eq=False)
class LazyIterator:
    """An iterator that runs code where it is iterated: `map(function, items)`, or a generator
    expression that a function returns. It was made in `frame`."""

    source: Call | Comprehension
    frame: Frame
    items: Objects


@dataclass(frozen=True, slots=True, eq=False)
class GeneratorContext:
    """A context manager that runs a generator of the project."""

    frame: Frame
    is_async: bool


@dataclass(frozen=True, slots=True, eq=False)
class IdentityDecorator:
    """A decorator of a library that returns the function that it is given, with the
    methods of the class `adds` besides."""

    certain: bool
    adds: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class OffloadingDecorator:
    """A decorator that runs the function it is given in a worker."""


@dataclass(frozen=True, slots=True, eq=False)
class SuperObject:
    """`super()` in a method of `cls`, on `receiver`."""

    cls: Class
    receiver: Object


@dataclass(frozen=True, slots=True, eq=False)
class Alias:
    """A type expression that is bound to a name: `Annotated[X, ...]`, `A | B`."""

    expression: Expression
    frame: Frame


@dataclass(frozen=True, slots=True, eq=False)
class TypeVariable:
    """A TypeVar, by name, with its bound."""

    name: str
    bound: Objects


Object: TypeAlias = (
    UnknownObject
    | NoneObject
    | TextObject
    | ModuleObject
    | LibraryObject
    | ClassObject
    | Instance
    | FunctionObject
    | LibraryMethod
    | PartialObject
    | OffloadedObject
    | Coroutine
    | Awaitable
    | GeneratorObject
    | ContextFactory
    | GeneratorContext
    | Dispatcher
    | MethodCaller
    | LazyIterator
    | IdentityDecorator
    | OffloadingDecorator
    | SuperObject
    | Alias
    | TypeVariable
)
Objects: TypeAlias = tuple[Object, ...]

UNKNOWN = UnknownObject()
NONE = NoneObject()
ANYTHING: Objects = (UNKNOWN,)

CALLABLES = ("typing.Callable", "collections.abc.Callable")


@dataclass(slots=True, eq=False)
class Frame:
    """One activation of a block: a function called with what is known of its arguments.

    The generic frame of a function stands for every call; other frames know the objects
    that some callers pass. Module and class bodies have one frame each. Frames are
    interned. What is evaluated in a frame is remembered in it.
    """

    module: ProjectModule
    block: Block
    function: Function | None
    cls: Class | None
    """The class whose body this is."""
    closure: Frame | None
    """The activation of the enclosing function."""
    receiver: Object | None
    arguments: dict[str, Objects]
    depth: int
    """How many frames are nested in its arguments."""
    expressions: dict[int, Objects] = field(default_factory=dict)
    names: dict[str, Objects] = field(default_factory=dict)
    """Those that no binding of the block reaches."""
    annotations: dict[int, Objects] = field(default_factory=dict)
    definitions: dict[int, Objects] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)
    """What other rooms remember of this frame."""

    @property
    def name(self) -> str:
        return self.function.full_name if self.function else self.module.name

    def __repr__(self) -> str:
        passed = ", ".join(self.arguments)
        return f"<frame {self.name}({passed})>"


def union(groups: Iterable[Objects]) -> Objects:
    """The possibilities of all groups, in order."""
    groups = iter(groups)
    first = next(groups, ())
    second = next(groups, None)
    if second is None:
        return first  # most unions are of one group, which needs no merging
    seen: dict[Object, None] = dict.fromkeys(first)
    seen.update(dict.fromkeys(second))
    for group in groups:
        seen.update(dict.fromkeys(group))
    if len(seen) > MOST:
        return (*list(seen)[:MOST], UNKNOWN)
    return tuple(seen)


def known(objects: Objects) -> Objects:
    """The possibilities that are neither unknown nor None."""
    return tuple(item for item in objects if item is not UNKNOWN and item is not NONE)


def object_name(item: Object) -> str:
    """The name of a function, class or other object of a library; empty for anything else."""
    match item:
        case LibraryObject(name=name):
            return name
        case ClassObject(cls=LibraryClass(name=name)):
            return name
    return ""


_COLLECTIONS = frozenset(
    {
        "builtins.list",
        "builtins.dict",
        "builtins.set",
        "collections.defaultdict",
        "collections.deque",
        "collections.OrderedDict",
    }
)


def is_collection(item: Object) -> bool:
    """Whether an object is one of the collections that things are put into."""
    return (
        isinstance(item, Instance)
        and item.cls.name in _COLLECTIONS
        and isinstance(item.cls, LibraryClass)
    )


def holds_callables(item: Object) -> bool:
    """Whether an object is only known to be callable, or a collection of such: a value says
    more than such an annotation."""
    if not isinstance(item, Instance):
        return False
    if isinstance(item.cls, LibraryClass) and item.cls.name in CALLABLES:
        return True
    return any(holds_callables(inner) for group in item.arguments for inner in group)
