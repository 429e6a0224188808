"""What library calls do: loads and validates `rules/catalogues/*.toml`.

The format is described in `rules/catalogues/README.md`. A catalogue speaks of names, as
one imports them; it knows nothing of the project that is analysed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator


class CatalogueError(ValueError):
    """A catalogue is wrong. The message names file and entry."""


# --- type expressions --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NamedType:
    """`name` or `name[arguments]`: an instance of that class."""

    name: str
    arguments: tuple[TypeExpression, ...] = ()


@dataclass(frozen=True, slots=True)
class DerivedType:
    """`form(argument)`: what follows from an argument of the call."""

    form: Form
    argument: ArgumentSpec


@dataclass(frozen=True, slots=True)
class UnionType:
    """`A | B`"""

    options: tuple[TypeExpression, ...]


@dataclass(frozen=True, slots=True)
class FallbackType:
    """`A else B`: B where A is not known."""

    first: TypeExpression
    otherwise: TypeExpression


TypeExpression = NamedType | DerivedType | UnionType | FallbackType


def parts(expression: TypeExpression) -> Iterator[NamedType | DerivedType]:
    """The names and derivations that a type expression is made of."""
    match expression:
        case NamedType(arguments=arguments):
            yield expression
            yield from chain.from_iterable(map(parts, arguments))
        case DerivedType():
            yield expression
        case UnionType(options):
            yield from chain.from_iterable(map(parts, options))
        case FallbackType(first, otherwise):
            yield from parts(first)
            yield from parts(otherwise)


def full_name(name: str) -> str:
    """The name as one imports it: in catalogues, one without a dot is a builtin."""
    return name if "." in name else f"builtins.{name}"


def _class_names(expression: TypeExpression) -> Iterator[str]:
    return (part.name for part in parts(expression) if isinstance(part, NamedType))


_WORDS = ("Self", "None", "type")
"""Names in types that need no entry: the receiver's own class, and what Python knows."""


class Form(StrEnum):
    """How a type follows from an argument."""

    ARGUMENT = "argument"
    """the argument itself"""
    INSTANCE = "instance"
    """an instance of the class that is passed"""
    RESULT = "result"
    """what calling the argument returns (awaited, if it is a coroutine function)"""
    ITEM = "item"
    """an item of the iterable that is passed"""
    ENTERED = "entered"
    """what `with argument as x` binds"""
    AWAITED = "awaited"
    """what awaiting the argument gives"""
    PARTIAL = "partial"
    """the callable that is passed, with the other arguments bound"""
    DECORATOR = "decorator"
    """the argument where it is a function or class, else a decorator that returns its argument"""
    IDENTITY = "identity"
    """a decorator that returns its argument, whatever is passed here: written `identity()`"""
    PROPERTY = "property"
    """an attribute of a class that runs the function passed when it is read"""
    DISPATCHER = "dispatcher"
    """the function passed, and what is registered by its `register`: `singledispatch`"""
    OFFLOADED = "offloaded"
    """a coroutine function that runs the callable passed in a thread; a decorator that
    makes one where no callable is passed"""
    SYNCHRONOUS = "synchronous"
    """a function that runs the coroutine function passed to its end, on an event loop of
    another thread or of its own; a decorator that makes one where nothing is passed"""
    CONTEXT_MANAGER = "contextmanager"
    """a function returning a context manager that runs the generator function passed"""
    ASYNC_CONTEXT_MANAGER = "asynccontextmanager"
    SUPER = "super"
    CLASS = "class"
    """the class of the argument: `type(x)`"""
    MEMBER = "member"
    """the attribute named by the second argument: `getattr(x, "name")`"""
    INJECTED = "injected"
    """what a framework passes for a dependency on the argument: what calling it returns,
    awaited where it is a coroutine, the item that it yields where it is a generator"""
    PARAMETER = "parameter"
    """the first type argument of the argument's class: `A` of a `Select[A]`"""


@dataclass(frozen=True, slots=True)
class ArgumentSpec:
    """An argument of a call: by position (0 is the first behind `self`), by keyword, or
    either (`0|key`); `*` stands for all positional arguments. `0|key.method` is a method
    of the argument, `*.method` of each."""

    position: int | None
    keyword: str | None
    every: bool = False
    method: str | None = None

    @classmethod
    def parse(cls, text: str) -> ArgumentSpec:
        argument, _, method = text.partition(".")
        if argument == "*":
            return cls(None, None, every=True, method=method or None)
        position: int | None = None
        keyword: str | None = None
        for part in argument.split("|"):
            if part.isdigit():
                position = int(part)
            elif part.isidentifier():
                keyword = part
            else:
                raise ValueError(f"`{text}` is no argument: write `0`, `name`, `0|name` or `*`")
        return cls(position, keyword, method=method or None)


@dataclass(frozen=True, slots=True)
class Condition:
    """`0|host`: the argument is given; `0|block=False`: with this literal, as `str` shows
    it; `0|mode=os.P_WAIT`: with this constant of a library; `0|file is io.BytesIO`: it is
    known to be an instance of this class."""

    argument: ArgumentSpec
    value: str | None = None
    instance: str | None = None

    @classmethod
    def parse(cls, text: str) -> Condition:
        argument, word, name = text.partition(" is ")
        if word:
            return cls(ArgumentSpec.parse(argument), instance=name)
        argument, equals, value = text.partition("=")
        return cls(ArgumentSpec.parse(argument), value if equals else None)

    @property
    def constant(self) -> str | None:
        """The full name of the constant that is asked for, if it is one."""
        module, dot, name = (self.value or "").rpartition(".")
        return self.value if dot and module and name.isidentifier() else None


_TOKEN = re.compile(r"\s*(?:(?P<name>[A-Za-z_][\w.]*)|(?P<mark>[\[\](),|])|(?P<spec>[\d*][\w|]*))")


@cache
def parse_type(text: str) -> TypeExpression:
    """The type expression written in `text`; raises ValueError where it is malformed."""
    tokens: list[str] = []
    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        match = _TOKEN.match(stripped, at)
        if match is None:
            raise ValueError(f"`{text}` is no type: unexpected `{stripped[at:]}`")
        tokens.append(match.group().strip())
        at = match.end()
    parser = _TypeParser(text, tokens)
    result = parser.fallback()
    if parser.at < len(tokens):
        raise ValueError(f"`{text}` is no type: unexpected `{tokens[parser.at]}`")
    return result


class _TypeParser:
    def __init__(self, text: str, tokens: list[str]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, expected: str | None = None) -> str:
        token = self.peek()
        if not token or (expected is not None and token != expected):
            raise ValueError(f"`{self.text}` is no type: expected {expected or 'a name'}")
        self.at += 1
        return token

    def fallback(self) -> TypeExpression:
        first = self.union()
        if self.peek() != "else":
            return first
        self.take()
        return FallbackType(first, self.fallback())

    def union(self) -> TypeExpression:
        options = [self.single()]
        while self.peek() == "|":
            self.take()
            options.append(self.single())
        return options[0] if len(options) == 1 else UnionType(tuple(options))

    def single(self) -> TypeExpression:
        name = self.take()
        if self.peek() == "(":
            self.take()
            spec = ""
            while self.peek() not in (")", ""):
                spec += self.take()
            self.take(")")
            if name not in tuple(Form):
                raise ValueError(f"`{name}` is no form: write one of {', '.join(Form)}")
            return DerivedType(Form(name), ArgumentSpec.parse(spec or "0"))
        if self.peek() != "[":
            return NamedType(name)
        self.take()
        arguments = [self.fallback()]
        while self.peek() == ",":
            self.take()
            arguments.append(self.fallback())
        self.take("]")
        return NamedType(name, tuple(arguments))


# --- entries -----------------------------------------------------------------------

KINDS = (
    "sleep",
    "http",
    "database",
    "file",
    "path",
    "subprocess",
    "network",
    "synchronization",
    "input",
    "cpu",
    "event-loop",
)
"""What a call may block on: the part behind `blocks:` of an effect."""


def _check_effect(text: str) -> str:
    prefix, _, kind = text.partition(":")
    if prefix != "blocks" or kind.partition("/")[0] not in KINDS:
        raise ValueError(f"`{text}` is no effect: write `blocks:` and one of {', '.join(KINDS)}")
    return text


def _check_type(text: str) -> str:
    parse_type(text)
    return text


def _check_argument(text: str) -> str:
    ArgumentSpec.parse(text)
    return text


def _check_condition(text: str) -> str:
    Condition.parse(text)
    return text


def _check_version(text: str) -> str:
    try:
        Version(text)
    except InvalidVersion as error:
        raise ValueError(f"`{text}` is no version") from error
    return text


def _check_versions(text: str) -> str:
    try:
        SpecifierSet(text)
    except InvalidSpecifier as error:
        raise ValueError(f"`{text}` is no range of versions") from error
    return text


Effect = Annotated[str, AfterValidator(_check_effect)]
TypeText = Annotated[str, AfterValidator(_check_type)]
ArgumentText = Annotated[str, AfterValidator(_check_argument)]
ConditionText = Annotated[str, AfterValidator(_check_condition)]
Versions = Annotated[str, AfterValidator(_check_versions)]
VersionText = Annotated[str, AfterValidator(_check_version)]


Waits = Literal["limited", "client", "unlimited"]
"""There is a timeout unless it is switched off; there is one where the client has been made
with it; there is none."""
Bound = Literal["context", "exception", "loop", "task", "thread"]
"""The context of the caller; the exception that is handled, which no other thread sees;
the running event loop; one task or thread at a time; the thread that made it."""


class Behaviour(BaseModel):
    """What calling something does."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    effect: Effect | None = None
    """`blocks:<kind>`, optionally `/detail` (`blocks:cpu/hashing`)"""
    when: tuple[ConditionText, ...] = ()
    """the effect needs one of these arguments"""
    unless: tuple[ConditionText, ...] = ()
    """none of these arguments may be there for the effect"""
    always: tuple[ArgumentText, ...] = ()
    """arguments of the constructor: the effect has no detail on an object made with one"""
    coroutine: bool = False
    """a coroutine function: the call gives an awaitable of `returns`"""
    awaitable: bool = False
    """an ordinary function whose result may be awaited, but need not be"""
    returns: TypeText | None = None
    """what it returns (for a coroutine: once awaited)"""
    instead: str | None = None
    """the name of what does the same in a coroutine without blocking; empty for nothing,
    where the class has a counterpart"""
    offloads: tuple[ArgumentText, ...] = ()
    """callables that it runs in a thread, process or other worker"""
    calls: tuple[ArgumentText, ...] = ()
    """callables that it calls before it returns; `0.read`: a method of an argument"""
    fills: tuple[ArgumentText, ...] = ()
    """in a class body: callables that make the value of a field, for each object that is made"""
    schedules: tuple[ArgumentText, ...] = ()
    """callables that the event loop calls later"""
    iterates: tuple[ArgumentText, ...] = ()
    """iterables that it iterates before it returns"""
    awaits: tuple[ArgumentText, ...] = ()
    """awaitables that it takes care of"""
    passes: Mapping[ArgumentText, TypeText] = Field(default_factory=dict)
    """by argument, what the callable that is given is passed first, whenever it is called"""
    receives: tuple[TypeText, ...] = ()
    """of a method that classes below write anew: what the library calls it with, in order"""
    callbacks: tuple[ArgumentText, ...] = ()
    """ordinary functions: what they return is dropped, or taken for a value"""
    limits: tuple[ArgumentText, ...] = ()
    """what limits how long the calls of what it makes wait"""
    secrets: tuple[ArgumentText, ...] = ()
    """what has to be known to nobody else: keys that sign tokens"""
    statements: tuple[ArgumentText, ...] = ()
    """SQL, in which values have no place"""
    internal: bool = False
    """what it returns is for developers: a traceback"""
    waits: Waits | None = None
    """a coroutine function that waits for another service, and what limits that"""
    pool: bool = False
    """makes a client that holds connections, to be made once and kept"""
    concurrent: bool = False
    """a coroutine function of which several calls may wait at once"""
    bound: Bound | None = None
    """what a call belongs to, so that it does not work, or not as meant, elsewhere"""
    probes: Literal["running-loop"] | None = None
    """raises where no event loop runs"""
    narrows: Literal["instance", "coroutine-function", "awaitable", "subclass"] | None = None
    """a test that says what its first argument is"""
    adds: str | None = None
    """a class whose methods the decorated function has besides: `task.delay`"""
    deferred: bool = False
    """gives an iterable: the effect, and what it calls, wait until that is iterated"""
    caches: bool = False
    """gives the first result of the decorated function again and again"""
    wraps: bool = False
    """a decorator that gives another function than it is given, and keeps neither"""
    property: bool = False
    """runs when the attribute is read, without a call"""
    method: Literal["class"] | None = None
    """a decorator of methods: the function is given the class, as with `classmethod`, if
    the conditions hold"""
    converts: bool = False
    """gives what is passed first in another form: `list(...)`"""
    versions: Versions | None = None
    """a PEP 440 range of the library (of Python, for the standard library) that has it,
    where not all do"""

    @cached_property
    def result(self) -> TypeExpression | None:
        return parse_type(self.returns) if self.returns else None

    @cached_property
    def conditions(self) -> tuple[tuple[Condition, ...], tuple[Condition, ...]]:
        """`when` and `unless`, parsed."""
        return tuple(map(Condition.parse, self.when)), tuple(map(Condition.parse, self.unless))

    @cached_property
    def made_with(self) -> tuple[ArgumentSpec, ...]:
        """`always`, parsed."""
        return tuple(map(ArgumentSpec.parse, self.always))

    @cached_property
    def arguments(self) -> Mapping[str, tuple[ArgumentSpec, ...]]:
        """The argument lists, parsed, by field name."""
        return {
            name: tuple(map(ArgumentSpec.parse, getattr(self, name)))
            for name in (
                "offloads",
                "calls",
                "fills",
                "schedules",
                "iterates",
                "awaits",
                "callbacks",
                "limits",
                "secrets",
                "statements",
            )
        }

    @cached_property
    def passed(self) -> tuple[tuple[ArgumentSpec, TypeExpression], ...]:
        """`passes`, parsed."""
        return tuple(
            (ArgumentSpec.parse(argument), parse_type(text))
            for argument, text in self.passes.items()
        )

    @cached_property
    def received(self) -> tuple[TypeExpression, ...]:
        """`receives`, parsed."""
        return tuple(map(parse_type, self.receives))

    @cached_property
    def is_inert(self) -> bool:
        """Whether the call has no effect, and runs nothing that it is given."""
        return self.effect is None and not any(
            (self.calls, self.iterates, self.schedules, self.awaits, self.enters)
        )

    @cached_property
    def enters(self) -> tuple[ArgumentSpec, ...]:
        """The context manager that it enters, if it returns what that gives."""
        match self.result:
            case DerivedType(form=Form.ENTERED, argument=spec):
                return (spec,)
        return ()

    def classes_named(self) -> Iterator[str]:
        """The classes that it speaks of."""
        if self.result:
            yield from _class_names(self.result)
        if self.adds:
            yield self.adds
        for kind in (*(kind for _, kind in self.passed), *self.received):
            yield from _class_names(kind)
        for condition in chain.from_iterable(self.conditions):
            if condition.instance:
                yield condition.instance


class CallableEntry(Behaviour):
    """A function of a library, or several that behave alike."""

    name: str | None = None
    names: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """other names under which it can be imported"""

    @model_validator(mode="after")
    def _named(self) -> CallableEntry:
        if bool(self.name) == bool(self.names):
            raise ValueError("a callable has either `name` or `names`")
        if self.names and self.aliases:
            raise ValueError("aliases belong to a callable with one `name`")
        return self

    @property
    def all_names(self) -> tuple[str, ...]:
        return (self.name,) if self.name else self.names


EntryT = TypeVar("EntryT")


def _split_keys(table: Mapping[str, EntryT]) -> dict[str, EntryT]:
    """One item per name, of a table whose keys hold several."""
    flat: dict[str, EntryT] = {}
    for key, value in table.items():
        for name in key.split():
            if name in flat:
                raise ValueError(f"`{name}` stands there twice")
            if not name.isidentifier():
                raise ValueError(f"`{name}` is no name of a method or attribute")
            flat[name] = value
    return flat


ByName = Annotated[Mapping[str, EntryT], AfterValidator(_split_keys)]


def _counterpart(owner: str, method: str) -> str:
    """What `method` is called on `owner`; the class itself for what only syntax calls."""
    return owner if method.startswith("__") else f"{owner}.{method}"


class ClassEntry(BaseModel):
    """A class of a library."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    aliases: tuple[str, ...] = ()
    versions: Versions | None = None
    """as of a callable"""
    bases: tuple[str, ...] = ()
    """catalogued base classes, of any library"""
    instead: str | None = None
    """the class whose methods of the same names do not block: `instead` of the methods
    with an effect that name nothing else"""
    parameters: tuple[str, ...] = ()
    """names of type parameters, which types in this class may use; a base class's
    parameter of the same name is bound alike"""
    binds: Mapping[str, TypeText] = Field(default_factory=dict)
    """what the constructor's arguments make of the type parameters"""
    constructor: Behaviour = Behaviour()
    methods: ByName[Behaviour] = Field(default_factory=dict)
    """by name; a key may hold several names, separated by spaces"""
    other_methods: Behaviour | None = None
    """what every method does that is not named: for classes made at run time"""
    attributes: ByName[TypeText] = Field(default_factory=dict)
    lazy: bool = False
    """an instance does nothing until it is awaited, entered or iterated"""
    open: bool = False
    """the class and its instances take any attribute, and what the project stores there is
    shared"""
    model: Literal["pydantic"] | None = None
    """subclasses are data models of this framework"""
    identity: bool = False
    """tell instances apart by the call that made them"""
    concurrent: bool = False
    """one instance serves several tasks at a time"""
    bound: Bound | None = None
    """what its instances, and all of their methods, belong to"""
    internal: bool = False
    """an exception whose text is for developers: it shows SQL, hosts, paths"""

    @model_validator(mode="after")
    def _inherit_instead(self) -> ClassEntry:
        if self.instead is None:
            return self
        methods = {
            name: behaviour
            if behaviour.effect is None or behaviour.instead is not None
            else behaviour.model_copy(update={"instead": _counterpart(self.instead, name)})
            for name, behaviour in self.methods.items()
        }
        object.__setattr__(self, "methods", methods)
        return self

    @cached_property
    def attribute_types(self) -> Mapping[str, TypeExpression]:
        return {name: parse_type(text) for name, text in self.attributes.items()}

    @cached_property
    def bound_parameters(self) -> Mapping[str, TypeExpression]:
        return {name: parse_type(text) for name, text in self.binds.items()}

    def classes_named(self) -> Iterator[str]:
        """The classes that it speaks of, outside its methods."""
        yield from self.bases
        for behaviour in (self.constructor, self.other_methods):
            yield from behaviour.classes_named() if behaviour else ()
        for types in (self.attribute_types, self.bound_parameters):
            yield from chain.from_iterable(map(_class_names, types.values()))


class DeprecationEntry(BaseModel):
    """Names of a library that a version deprecated, moved or removed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: tuple[str, ...]
    """`module.*` for everything in a module"""
    except_: tuple[str, ...] = Field(default=(), alias="except")
    """names that `module.*` does not speak of"""
    deprecated: VersionText | None = None
    """the version since which they warn"""
    removed: VersionText | None = None
    """the version since which they are gone"""
    instead: str | None = None
    """what to write"""

    @model_validator(mode="after")
    def _dated(self) -> DeprecationEntry:
        if self.deprecated is None and self.removed is None:
            raise ValueError("a deprecation has the version that `deprecated` or `removed` it")
        return self


class CatalogueFile(BaseModel):
    """One `*.toml` of `rules/catalogues/`, or one of a user's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    library: str
    """the import name, `stdlib` for the standard library"""
    distribution: str | None = None
    """the name on PyPI, where it is another"""
    versions: Versions | None = None
    """a PEP 440 range that the entries hold for"""
    modules: tuple[str, ...] = ()
    """the modules that it describes, if not only `library`"""
    callable: tuple[CallableEntry, ...] = ()
    class_: tuple[ClassEntry, ...] = Field(default=(), alias="class")
    constants: Mapping[str, TypeText] = Field(default_factory=dict)
    """module attributes that hold an instance"""
    deprecation: tuple[DeprecationEntry, ...] = ()
    counterparts: Mapping[str, str] = Field(default_factory=dict)
    """database drivers that block, and those to write for them where nothing may"""
    same: Mapping[str, str] = Field(default_factory=dict)
    """`"httpx2" = "httpx"`: a module whose names behave as another's"""


class Catalogue:
    """All entries of several catalogue files, by canonical name. Immutable."""

    def __init__(self, files: Iterable[tuple[str, CatalogueFile]]) -> None:
        self.callables: dict[str, Behaviour] = {}
        self.classes: dict[str, ClassEntry] = {}
        self.constants: dict[str, TypeExpression] = {}
        self.counterparts: dict[str, str] = {}
        self.modules: set[str] = set()
        self.own: dict[str, Behaviour] = {}
        """what the user says, by the names as written"""
        self._deprecations: dict[str, DeprecationEntry] = {}
        self._aliases: dict[str, str] = {}
        self._same: dict[str, str] = {}
        for origin, file in files:
            self._add(origin, file)

    def _add(self, origin: str, file: CatalogueFile) -> None:
        described = (*(file.modules or (file.library,)), *file.same)
        self.modules.update(name.partition(".")[0] for name in described)
        self._same.update(file.same)
        self.counterparts.update(file.counterparts)
        for callable_ in file.callable:
            for name in callable_.all_names:
                self._claim(origin, name)
                self.callables[name] = callable_
            self._alias(origin, callable_.aliases, callable_.all_names[0])
        for class_ in file.class_:
            self._claim(origin, class_.name)
            self.classes[class_.name] = class_
            self._alias(origin, class_.aliases, class_.name)
        for name, text in file.constants.items():
            self._claim(origin, name)
            self.constants[name] = parse_type(text)
        for deprecation in file.deprecation:
            self._deprecations.update(dict.fromkeys(deprecation.names, deprecation))

    def _claim(self, origin: str, name: str) -> None:
        if name in self.callables or name in self.classes or name in self.constants:
            raise CatalogueError(f"{origin}: `{name}` stands in the catalogues already")

    def _alias(self, origin: str, aliases: Iterable[str], name: str) -> None:
        for alias in aliases:
            if self._aliases.setdefault(alias, name) != name:
                raise CatalogueError(f"{origin}: `{alias}` is an alias of two names")

    def canonical(self, name: str) -> str:
        """The name under which the catalogue keeps what `name` imports."""
        if name in self._aliases:
            return self._aliases[name]
        head, dot, rest = name.partition(".")
        while dot:
            if head in self._same:
                return self.canonical(f"{self._same[head]}.{rest}")
            more, dot, rest = rest.partition(".")
            head = f"{head}.{more}"
        return self._same.get(name, name)

    def deprecation(self, name: str) -> DeprecationEntry | None:
        """What became of a name, as it is imported; None where nothing did."""
        found = self._deprecations.get(name)
        if found is None:
            found = self._deprecations.get(f"{name.rpartition('.')[0]}.*")
        return None if found is None or name in found.except_ else found

    def deprecations(self, module: str) -> Mapping[str, DeprecationEntry]:
        """What became of names of a module, by name; those of `module.*` left out."""
        return {
            name: entry
            for name, entry in self._deprecations.items()
            if name.rpartition(".")[0] == module and not name.endswith("*")
        }

    def with_own(
        self,
        blocking: Mapping[str, str],
        allowed: Iterable[str],
        offloaders: Iterable[str],
    ) -> Catalogue:
        """This catalogue with what a user says of dotted names, of libraries or of the
        project itself: which block, on what kind; which may; which hand their first
        argument off to a worker. Raises CatalogueError for a kind that does not exist."""
        own: dict[str, Behaviour] = {}
        for name, kind in blocking.items():
            try:
                own[name] = Behaviour(effect=f"blocks:{kind}")
            except ValidationError as error:
                raise CatalogueError(f"`{name}`: {error.errors()[0]['msg']}") from error
        own |= {name: Behaviour(offloads=("0",)) for name in offloaders}
        own |= {name: self._without_effect(name) for name in allowed}
        if not own:
            return self
        extended = copy(self)
        extended.own = own
        extended.callables = {**self.callables, **{self.canonical(n): b for n, b in own.items()}}
        extended.classes = dict(self.classes)
        for name, behaviour in own.items():
            owner, _, method = self.canonical(name).rpartition(".")
            entry = extended.classes.get(owner)
            if entry is None and owner.rpartition(".")[2][:1].isupper():
                entry = ClassEntry(name=owner)  # by its name, a class that nobody knows
            if entry is not None:
                methods = {**entry.methods, method: behaviour}
                extended.classes[owner] = entry.model_copy(update={"methods": methods})
        return extended

    def _without_effect(self, name: str) -> Behaviour:
        canonical = self.canonical(name)
        owner, _, method = canonical.rpartition(".")
        known = self.callables.get(canonical)
        if known is None and owner in self.classes:
            known = self.classes[owner].methods.get(method)
        return Behaviour() if known is None else known.model_copy(update={"effect": None})

    def undefined(self) -> Iterator[tuple[str, str]]:
        """Entries, each with a class that it speaks of and no entry describes."""
        for name, callable_ in self.callables.items():
            yield from self._undefined(name, callable_.classes_named())
        for name, type_ in self.constants.items():
            yield from self._undefined(name, _class_names(type_))
        for name, class_ in self.classes.items():
            yield from self._undefined(name, class_.classes_named(), class_.parameters)
            for method, behaviour in class_.methods.items():
                named = behaviour.classes_named()
                yield from self._undefined(f"{name}.{method}", named, class_.parameters)

    def _undefined(
        self, owner: str, names: Iterable[str], known: tuple[str, ...] = ()
    ) -> Iterator[tuple[str, str]]:
        for name in names:
            if name in (*known, *_WORDS) or self.canonical(full_name(name)) in self.classes:
                continue
            yield owner, name

    def knows_module(self, name: str) -> bool:
        """Whether the top-level package of `name` belongs to a catalogued library."""
        return name.partition(".")[0] in self.modules


def load_file(path: Path) -> CatalogueFile:
    """Reads and validates one catalogue; raises CatalogueError that says what is wrong where."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path}: {error}") from error
    try:
        return CatalogueFile.model_validate(data)
    except ValidationError as error:
        raise CatalogueError(_explain(path, data, error)) from error


def _explain(path: Path, data: dict[str, Any], error: ValidationError) -> str:
    lines = []
    for item in error.errors():
        place: Any = data
        named = ""
        for step in item["loc"]:
            try:
                place = place[step]
            except (KeyError, IndexError, TypeError):
                break
            if isinstance(place, dict) and ("name" in place or "names" in place):
                named = f" (`{place.get('name') or place['names'][0]}`)"
        lines.append(f"{path}: {'.'.join(map(str, item['loc']))}{named}: {item['msg']}")
    return "\n".join(lines)


def bundled_files(folder: Path) -> Iterator[Path]:
    """The catalogue files of a folder, in order."""
    yield from sorted(folder.glob("*.toml"))


def relevant_files(paths: Iterable[Path], imported: Iterable[str]) -> tuple[Path, ...]:
    """The catalogues that speak of a library that is imported, and those that they speak
    of in turn. `imported` are full names: `from a import b` imports `a.b`.

    Looks at the words of the files only, which takes a fraction of loading them.
    """
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    described = {path: _described(text) for path, text in texts.items()}
    wanted: set[Path] = set()
    names = {*imported, "builtins"}
    while names:
        known = names.union(*map(_parents, names))
        new = {
            path
            for path in texts.keys() - wanted
            if any(
                module in known or not names.isdisjoint(_parents(module))
                for module in described[path]
            )
        }
        wanted |= new
        names = {name for path in new for name in _NAME.findall(texts[path])}
    return tuple(path for path in texts if path in wanted)


_HEAD = re.compile(r'^library = "(.+)"|^modules = \[([^\]]*)\]', re.MULTILINE)
_SAME = re.compile(r'^"(\w+)[\w.]*" = "[\w.]+"$', re.MULTILINE)
_NAME = re.compile(r'(?<!instead = ")\b[A-Za-z_]\w*(?:\.\w+)+')


def _described(text: str) -> frozenset[str]:
    """The modules that a catalogue describes, by the words of its file."""
    head, _, rest = text.partition("[[")
    library, modules = "", ""
    for match in _HEAD.finditer(head):
        library, modules = match[1] or library, match[2] or modules
    listed = re.findall(r'"(.+?)"', modules)
    same = _SAME.findall((rest or head).partition("[same]")[2])
    return frozenset((*(listed or [library]), *same))


def _parents(name: str) -> Iterator[str]:
    """`a.b.c`, `a.b`, `a`"""
    while name:
        yield name
        name = name.rpartition(".")[0]


def load(paths: Iterable[Path]) -> Catalogue:
    """One catalogue of all these files; the same object while the files stay as they are."""
    return _load(tuple((path, path.stat().st_mtime_ns if path.exists() else 0) for path in paths))


@lru_cache(maxsize=8)
def _load(files: tuple[tuple[Path, int], ...]) -> Catalogue:
    return Catalogue((str(path), load_file(path)) for path, _ in files)
