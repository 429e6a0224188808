"""The facts about one module that the whole-program analysis needs, free of syntax trees.

A summary is built by `fastlint.extraction`, in a worker process, and travels to the
project phase. Everything here is immutable, typed and deterministic.

Places are offsets into the decoded text; `ModuleSummary.span` turns them into lines and
columns. Nodes compare by identity, so that they can key memo tables cheaply.

Local variables are in single-assignment form: every binding of a block has an index,
and a `Name` says which bindings reach it. The order of rebinding, narrowing by
`isinstance` and unreachable code are thereby decided once, by the extraction.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from operator import attrgetter
from typing import Any

from fastlint.diagnostics import Span

SCHEMA = 4
"""Version of the summary format: part of every cache key."""

_GETTERS: dict[type, Any] = {}


class Node:
    """Root of all facts. Pickles as a plain constructor call, which is small and fast."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        cls = type(self)
        names: tuple[str, ...] = cls.__match_args__  # type: ignore[attr-defined]
        if len(names) < 2:
            return cls, tuple(getattr(self, name) for name in names)
        getter = _GETTERS.get(cls)
        if getter is None:
            getter = _GETTERS[cls] = attrgetter(*names)
        return cls, getter(self)


def walk(node: Node) -> Iterator[Node]:
    """A node, and every node below it."""
    waiting: list[Any] = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, tuple):
            waiting.extend(item)
        elif isinstance(item, Node):
            yield item
            waiting.extend(getattr(item, name) for name in type(item).__match_args__)  # type: ignore[attr-defined]


def line_of(line_starts: tuple[int, ...], offset: int) -> int:
    """The 1-based line that holds `offset`."""
    return bisect_right(line_starts, offset)


def span_between(line_starts: tuple[int, ...], start: int, end: int) -> Span:
    """The span between two offsets."""
    first, last = line_of(line_starts, start), line_of(line_starts, end)
    return Span(first, start - line_starts[first - 1], last, end - line_starts[last - 1])


# --- reduced expressions -----------------------------------------------------------


class Expression(Node):
    """A reduced expression."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class Unknown(Expression):
    """An expression of which nothing is kept."""


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True, eq=False)
class Name(Expression):
    """A name. `definitions` index the bindings of the same block that reach this use;
    empty where the name is not local: it is then looked up in the enclosing functions,
    the module, and the builtins."""

    id: str
    definitions: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Attribute(Expression):
    """`value.name`"""

    value: Expression
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Expression):
    """A constant: str, bytes, int, float, complex, bool, None or Ellipsis."""

    value: str | bytes | int | float | complex | bool | None
    start: int
    end: int
    ellipsis: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Format(Expression):
    """An f-string: its literal and its formatted parts, in order."""

    parts: tuple[Expression, ...]
    start: int
    end: int


class Container(StrEnum):
    LIST = "list"
    TUPLE = "tuple"
    SET = "set"
    DICT = "dict"
    GENERATOR = "generator"


@dataclass(frozen=True, slots=True, eq=False)
class Sequence(Expression):
    """A list, tuple or set display. `Starred` items stand for several."""

    kind: Container
    items: tuple[Expression, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Mapping(Expression):
    """A dict display; the key is None for `**value`."""

    items: tuple[tuple[Expression | None, Expression], ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Comprehension(Expression):
    """A comprehension or generator expression. Its loop variables are bindings of the
    enclosing block. `element` is a dict's value; `key` a dict's key."""

    kind: Container
    element: Expression
    key: Expression | None
    is_async: bool
    start: int
    end: int

    def contains(self, place: int) -> bool:
        """Whether an offset lies in it."""
        return self.start <= place < self.end


@dataclass(frozen=True, slots=True, eq=False)
class Starred(Expression):
    """`*value` in a display."""

    value: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Subscript(Expression):
    """`value[index]`; several indexes come as a tuple `Sequence`."""

    value: Expression
    index: Expression
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Conditional(Expression):
    """`then if test else otherwise`"""

    test: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Boolean(Expression):
    """`a and b and c`, `a or b`: operator is "and" or "or"."""

    operator: str
    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Operation(Expression):
    """A unary, binary or comparison operation: operator as written (`+`, `not`, `is`,
    `not in`, ...), with one operand, two, or for chained comparisons more."""

    operator: str
    operands: tuple[Expression, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Await(Expression):
    value: Expression
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Yield(Expression):
    """`yield value`: what is sent in is unknown. `delegates` for `yield from`."""

    value: Expression | None
    delegates: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class FunctionReference(Expression):
    """A `def` or a lambda of this module, by its qualified name in the module, as it
    stands *after* decoration."""

    qualname: str


@dataclass(frozen=True, slots=True, eq=False)
class ClassReference(Expression):
    """A `class` of this module, by its qualified name in the module."""

    qualname: str


@dataclass(frozen=True, slots=True, eq=False)
class Import(Expression):
    """What an import binds. `import a.b.c` binds module `a` (attribute None, `full`
    `a.b.c`); `import a.b as x` binds module `a.b`; `from m import n` has attribute `n`.
    `module` is absolute: relative imports are resolved against the module's own name;
    `level` counts the dots."""

    module: str
    attribute: str | None
    level: int
    start: int
    end: int
    full: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ParameterValue(Expression):
    """What the caller passes for the parameter with this index."""

    index: int


@dataclass(frozen=True, slots=True, eq=False)
class Item(Expression):
    """An item of an iterable: `for x in value`, a comprehension's variable."""

    value: Expression
    is_async: bool


@dataclass(frozen=True, slots=True, eq=False)
class Entered(Expression):
    """What `with value as x` or `async with value as x` binds."""

    value: Expression
    is_async: bool


@dataclass(frozen=True, slots=True, eq=False)
class Unpacked(Expression):
    """The item at `index` of what is unpacked; index is None for a starred target and
    for what follows it."""

    value: Expression
    index: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Narrowed(Expression):
    """`value` where `test` (a call on it, such as `isinstance(value, T)`) was true, or
    false if not `positive`."""

    value: Expression
    test: Call
    positive: bool


@dataclass(frozen=True, slots=True, eq=False)
class Merged(Expression):
    """Whatever one of these bindings of the same block holds: the head of a loop."""

    definitions: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Elsewhere(Expression):
    """`value`, evaluated in the block `qualname`: what a function assigns to a name that
    it declares `global` or `nonlocal`."""

    qualname: str
    value: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Caught(Expression):
    """An exception caught by `except types as x`."""

    types: Expression


class Usage(StrEnum):
    """What happens to the value of an expression."""

    AWAITED = "awaited"
    DISCARDED = "discarded"
    RETURNED = "returned"
    YIELDED = "yielded"
    BOUND = "bound"
    STORED = "stored"
    """assigned to an attribute or an item"""
    PASSED = "passed"
    """an argument of a call, or of a decorator"""
    ELEMENT = "element"
    """an item or a value of a list, tuple, set or dict display"""
    COLLECTED = "collected"
    """the element of a comprehension"""
    TESTED = "tested"
    """decides a branch: if, while, assert, not, and/or, conditional, comprehension's if"""
    COMPARED = "compared"
    OPERAND = "operand"
    FORMATTED = "formatted"
    CALLED = "called"
    ATTRIBUTE = "attribute"
    """an attribute or method of it is taken"""
    SUBSCRIPTED = "subscripted"
    ITERATED = "iterated"
    ITERATED_ASYNC = "iterated-async"
    ENTERED = "entered"
    ENTERED_ASYNC = "entered-async"
    RAISED = "raised"
    DELETED = "deleted"
    OTHER = "other"


@dataclass(frozen=True, slots=True, eq=False)
class Argument(Node):
    """One argument of a call. `name` for a keyword; `stars` 1 for `*value`, 2 for `**value`;
    `start` is where it begins: with its name, if it has one."""

    name: str | None
    stars: int
    value: Expression
    start: int


@dataclass(frozen=True, slots=True, eq=False)
class Call(Expression):
    """A call site. It is an expression, and it stands in its block's `calls` too."""

    callee: Expression
    arguments: tuple[Argument, ...]
    usage: Usage
    start: int
    end: int
    guards: tuple[int, ...] = ()
    """Indexes of the block's guards under which this call runs, outermost first."""


def callee_of(decorator: Expression) -> Expression:
    """The decorator, or what is called to make it."""
    return decorator.callee if isinstance(decorator, Call) else decorator


# --- blocks ------------------------------------------------------------------------


class Implicit(StrEnum):
    """Syntax that runs a method without a call in sight."""

    GET = "get"
    """attribute access: may run a property; `receiver` is the `Attribute`"""
    SET = "set"
    ENTER = "enter"
    ENTER_ASYNC = "enter-async"
    ITERATE = "iterate"
    ITERATE_ASYNC = "iterate-async"
    SUBSCRIPT = "subscript"
    SUBSCRIPT_SET = "subscript-set"
    SUBSCRIPT_DELETE = "subscript-delete"
    OPERATE = "operate"
    """an operator: `receiver` is the `Operation`"""
    OPERATE_IN_PLACE = "operate-in-place"
    """`+=` and the like: `receiver` is the `Operation`"""
    YIELD_FROM = "yield-from"
    TEST = "test"
    """a test for truth"""
    FORMAT = "format"
    """a value in an f-string"""


@dataclass(frozen=True, slots=True, eq=False)
class ImplicitCall(Node):
    """A method that syntax runs on the value of `receiver`."""

    kind: Implicit
    receiver: Expression
    start: int
    end: int
    guards: tuple[int, ...] = ()
    index: Expression | None = None
    """What stands between the brackets that read an item."""


class BindingKind(StrEnum):
    PARAMETER = "parameter"
    ASSIGNED = "assigned"
    DECLARED = "declared"
    """an annotation without a value"""
    AUGMENTED = "augmented"
    UNPACKED = "unpacked"
    LOOP = "loop"
    WITH = "with"
    EXCEPT = "except"
    IMPORT = "import"
    FUNCTION = "function"
    CLASS = "class"
    NARROWED = "narrowed"
    MERGED = "merged"
    PATTERN = "pattern"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, eq=False)
class Binding(Node):
    """One place where a name of a block gets a value."""

    name: str
    kind: BindingKind
    value: Expression
    annotation: Expression | None
    start: int
    end: int
    type_checking: bool = False
    """under `if TYPE_CHECKING:`"""
    guards: tuple[int, ...] = ()
    """Indexes of the block's guards under which it is bound, outermost first."""


@dataclass(frozen=True, slots=True, eq=False)
class Use(Node):
    """A load of a local variable whose binding holds the value of a call."""

    definitions: tuple[int, ...]
    usage: Usage
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Store(Node):
    """An assignment to an attribute (`target` is an `Attribute`) or an item (`Subscript`)."""

    target: Attribute | Subscript
    value: Expression
    annotation: Expression | None
    start: int
    end: int


class GuardKind(IntEnum):
    TEST = 0
    """under an `if`/`while`/conditional expression/`and`/`or` whose test is `test`"""
    EXCEPT = 1
    """in a handler for the exceptions `test`, of a `try` whose body holds the calls with
    indexes from `first` up to `last` (exclusive)"""


@dataclass(frozen=True, slots=True, eq=False)
class Guard(Node):
    """A condition under which code runs: `test` was true if `positive`, else false."""

    kind: GuardKind
    test: Expression
    positive: bool
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Return(Node):
    """A `return`; a lambda's body. `value` is None for a bare return."""

    value: Expression | None
    start: int
    end: int
    guards: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Raise(Node):
    """A `raise`; `value` is None for a bare one. `handler` when inside an except clause."""

    value: Expression | None
    cause: Expression | None
    start: int
    end: int
    in_handler: bool
    guards: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Handler(Node):
    """An `except` clause: `types` is None for a bare one, `guard` the index of its guard.
    `leaves` where its end cannot be reached."""

    types: Expression | None
    guard: int
    leaves: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Try(Node):
    """A `try` statement. What stands from `start` to `body_end` is what its handlers see."""

    handlers: tuple[Handler, ...]
    has_finally: bool
    start: int
    body_end: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class With(Node):
    """A `with` statement: the expressions that it enters."""

    items: tuple[Expression, ...]
    is_async: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class While(Node):
    """A `while` loop."""

    test: Expression
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class For(Node):
    """A `for` loop, up to `header_end` its header. `plain` where each turn does only what is
    simple or conditional, and then comes the next: without jumps or inner blocks."""

    plain: bool
    start: int
    header_end: int
    end: int
    guards: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Block(Node):
    """Code that runs as one unit: a module, a class body, a function body, a lambda.

    Code that cannot run (after `return`, under `TYPE_CHECKING`) leaves no calls.
    """

    qualname: str
    """Dotted path inside the module: "" for the module, `Class.method`, `outer.inner`,
    `<lambda>` numbered, a redefinition with `#2` behind it. Unique in the module."""
    parent: str | None
    """Qualified name of the enclosing block; None for the module."""
    bindings: tuple[Binding, ...]
    exit: MappingABC[str, tuple[int, ...]]
    """The bindings that are alive at the end, by name; all of them where no end is reached."""
    calls: tuple[Call, ...]
    implicit: tuple[ImplicitCall, ...]
    uses: tuple[Use, ...]
    stores: tuple[Store, ...]
    guards: tuple[Guard, ...]
    returns: tuple[Return, ...]
    yields: tuple[Yield, ...]
    raises: tuple[Raise, ...]
    tries: tuple[Try, ...]
    """Like `withs`, `loops` and `fors`, in the order in which they end: the inner ones first."""
    withs: tuple[With, ...]
    loops: tuple[While, ...]
    fors: tuple[For, ...]
    free: tuple[str, ...]
    """Names that it loads and does not bind, sorted."""
    awaits: int
    """How many `await`, `async for`, `async with` and async comprehensions it holds."""
    falls_through: bool
    """Whether execution can reach the end."""
    trivial: bool
    """A body of only a docstring, `...`, `pass` or `raise NotImplementedError`."""


class ParameterKind(StrEnum):
    POSITIONAL_ONLY = "positional-only"
    STANDARD = "standard"
    VARIADIC = "variadic"
    KEYWORD_ONLY = "keyword-only"
    KEYWORDS = "keywords"


@dataclass(frozen=True, slots=True, eq=False)
class Parameter(Node):
    """A parameter. Annotation and default are evaluated in the block that holds the `def`."""

    name: str
    kind: ParameterKind
    annotation: Expression | None
    default: Expression | None
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class FunctionSummary(Node):
    """A `def`, `async def` or lambda."""

    name: str
    is_async: bool
    is_generator: bool
    is_lambda: bool
    decorators: tuple[Expression, ...]
    """Outermost first; evaluated in the parent block."""
    parameters: tuple[Parameter, ...]
    returns: Expression | None
    """The return annotation."""
    type_parameters: tuple[str, ...]
    docstring: bool
    start: int
    """Of the `def` or `async` keyword (decorators excluded)."""
    name_start: int
    name_end: int
    header_end: int
    """Behind the colon of the header: where an inserted annotation must come before."""
    block: Block

    @property
    def qualname(self) -> str:
        return self.block.qualname


@dataclass(frozen=True, slots=True, eq=False)
class ClassSummary(Node):
    """A `class` statement. `block` is its body, where methods are `FUNCTION` bindings."""

    name: str
    bases: tuple[Expression, ...]
    keywords: tuple[tuple[str, Expression], ...]
    decorators: tuple[Expression, ...]
    type_parameters: tuple[str, ...]
    start: int
    name_start: int
    name_end: int
    block: Block

    @property
    def qualname(self) -> str:
        return self.block.qualname


@dataclass(frozen=True, slots=True, eq=False)
class Suppression(Node):
    """A suppression comment, as it stands in the text.

    `names` are what stands in the brackets, with their offsets; None for a bare one.
    `first` and `last` are the lines (1-based) whose findings it silences; 0 and 0 for a
    whole file. `foreign` for a `noqa` comment, which other tools read too.
    """

    names: tuple[tuple[str, int, int], ...] | None
    reason: str | None
    first: int
    last: int
    foreign: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class ModuleSummary(Node):
    """All facts of one file."""

    path: str
    """As reported: relative to the working directory, forward slashes."""
    module: str
    """Dotted name below `root`; a package's `__init__` has the package's name."""
    root: str
    """The folder that `module` is importable from, written like `path`."""
    is_package: bool
    is_stub: bool
    block: Block
    functions: tuple[FunctionSummary, ...]
    classes: tuple[ClassSummary, ...]
    exports: tuple[str, ...] | None
    """`__all__`, where it is a literal."""
    star_imports: tuple[Import, ...]
    suppressions: tuple[Suppression, ...]
    line_starts: tuple[int, ...]
    has_main_guard: bool
    """Whether it says `if __name__ == "__main__":`."""

    def span(self, start: int, end: int) -> Span:
        """The span between two offsets."""
        return span_between(self.line_starts, start, end)
