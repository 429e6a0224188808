"""Names across modules: which module an import means, and what a module's names stand for.

Here stand the project's modules, functions and classes as linked objects, and the
search for a module by its dotted name. What a name *evaluates* to is the business of
`types`; this room knows only where it is bound.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from posixpath import dirname, join, normpath

from fastlint.diagnostics import Span
from fastlint.summaries import (
    Block,
    Boolean,
    ClassReference,
    ClassSummary,
    Elsewhere,
    Expression,
    FunctionReference,
    FunctionSummary,
    Import,
    Literal,
    ModuleSummary,
    Name,
    Operation,
    walk,
)


class ProjectModule:
    """A module of the project, with its functions and classes by qualified name."""

    def __init__(self, summary: ModuleSummary) -> None:
        self.summary = summary
        self.functions: dict[str, Function] = {}
        self.classes: dict[str, Class] = {}
        self._blocks: dict[str, Function | Class] = {}
        for class_summary in summary.classes:
            cls = Class(self, class_summary)
            self.classes[cls.qualname] = self._blocks[cls.qualname] = cls
        for function_summary in summary.functions:
            function = Function(self, function_summary)
            self.functions[function.qualname] = self._blocks[function.qualname] = function

    @property
    def name(self) -> str:
        """The dotted name below the module's root."""
        return self.summary.module

    @property
    def path(self) -> str:
        return self.summary.path

    @property
    def is_test(self) -> bool:
        """Whether it is there for the tests, by its name or that of a folder."""
        *folders, name = self.path.split("/")
        return name.startswith(("test_", "conftest")) or not {"test", "tests"}.isdisjoint(folders)

    @cached_property
    def assigned_elsewhere(self) -> dict[str, set[str]]:
        """The variables of the module that functions assign by `global`, by the function."""
        found: dict[str, set[str]] = {}
        for binding in self.summary.block.bindings:
            if isinstance(binding.value, Elsewhere):
                found.setdefault(binding.value.qualname, set()).add(binding.name)
        return found

    def owner(self, qualname: str | None) -> Function | Class | None:
        """The function or class whose block has this qualified name; None for the module."""
        return self._blocks.get(qualname) if qualname else None

    def span(self, start: int, end: int) -> Span:
        return self.summary.span(start, end)

    def place(self, expression: Expression | None) -> tuple[int, int] | None:
        """Where an expression of the module stands; None for one that has no place."""
        match expression:
            case FunctionReference(qualname=qualname):
                function = self.functions[qualname].summary
                return function.name_start, function.name_end
        start, end = getattr(expression, "start", None), getattr(expression, "end", None)
        return (start, end) if isinstance(start, int) and isinstance(end, int) else None

    def __repr__(self) -> str:
        return f"<module {self.name}>"


class Function:
    """A function or lambda of the project."""

    def __init__(self, module: ProjectModule, summary: FunctionSummary) -> None:
        self.module = module
        self.summary = summary

    @property
    def name(self) -> str:
        return self.summary.name

    @property
    def qualname(self) -> str:
        return self.summary.block.qualname

    @cached_property
    def full_name(self) -> str:
        """Dotted: module and qualified name."""
        return f"{self.module.name}.{self.qualname}"

    @property
    def block(self) -> Block:
        return self.summary.block

    @cached_property
    def parent(self) -> Function | Class | None:
        """The function or class that holds the definition."""
        return self.module.owner(self.summary.block.parent)

    @cached_property
    def guards(self) -> tuple[int, ...]:
        """The guards of the block around the definition, under which it stands."""
        return _guards(self)

    @cached_property
    def optional(self) -> frozenset[str]:
        """The parameters that are None if they are not passed, where tests ask for that:
        `def decorate(function=None)`, `def read(path=None, file=None)`."""
        tested = {name for guard in self.block.guards for name in _names_tested(guard.test)}
        return frozenset(
            parameter.name
            for parameter in self.summary.parameters
            if parameter.name in tested and _is_none(parameter.default)
        )

    def captures(self, name: str) -> bool:
        """Whether a function in it, at any depth, loads a name that it does not bind."""
        prefix = f"{self.qualname}."
        return any(
            other.qualname.startswith(prefix) and name in other.block.free
            for other in self.module.functions.values()
        )

    def reads(self, name: str) -> bool:
        """Whether its code, or that of a function in it, loads a name."""
        return self.captures(name) or any(
            isinstance(node, Name) and node.id == name for node in walk(self.block)
        )

    @cached_property
    def owner(self) -> Class | None:
        """The class that it is a method of."""
        parent = self.parent
        return parent if isinstance(parent, Class) else None

    @property
    def is_async(self) -> bool:
        return self.summary.is_async

    @property
    def is_generator(self) -> bool:
        return self.summary.is_generator

    @property
    def is_coroutine_function(self) -> bool:
        """Whether calling it gives a coroutine (an async generator does not)."""
        return self.summary.is_async and not self.summary.is_generator

    @property
    def span(self) -> Span:
        """Of its name; of the whole, for a lambda."""
        return self.module.span(self.summary.name_start, self.summary.name_end)

    def __repr__(self) -> str:
        return f"<function {self.full_name}>"


class Class:
    """A class of the project."""

    def __init__(self, module: ProjectModule, summary: ClassSummary) -> None:
        self.module = module
        self.summary = summary

    @property
    def name(self) -> str:
        return self.summary.name

    @property
    def qualname(self) -> str:
        return self.summary.block.qualname

    @cached_property
    def full_name(self) -> str:
        return f"{self.module.name}.{self.qualname}"

    @property
    def block(self) -> Block:
        return self.summary.block

    @cached_property
    def parent(self) -> Function | Class | None:
        return self.module.owner(self.summary.block.parent)

    @cached_property
    def guards(self) -> tuple[int, ...]:
        """The guards of the block around the definition, under which it stands."""
        return _guards(self)

    @property
    def span(self) -> Span:
        return self.module.span(self.summary.name_start, self.summary.name_end)

    def __repr__(self) -> str:
        return f"<class {self.full_name}>"


def _guards(item: Class | Function) -> tuple[int, ...]:
    block = item.parent.block if item.parent is not None else item.module.summary.block
    for binding in block.bindings:
        match binding.value:
            case ClassReference(qualname=name) | FunctionReference(qualname=name):
                if name == item.qualname:
                    return binding.guards
    return ()


@dataclass(frozen=True, slots=True)
class OpaqueModule:
    """A module that exists but could not be read: its names are unknown, not absent."""

    name: str
    root: str


class Symbols:
    """All modules of a project, found by the dotted names that imports use.

    A file can be imported under several names, depending on what is on `sys.path`. An
    import is resolved from where it stands: first against the importer's own root, then
    against the folders above the importer, then against any other root.
    """

    def __init__(
        self, summaries: Iterable[ModuleSummary], opaque: Sequence[OpaqueModule] = ()
    ) -> None:
        self.modules = tuple(ProjectModule(summary) for summary in summaries)
        self.by_path = {module.path: module for module in self.modules}
        self._exact: dict[tuple[str, str], ProjectModule] = {}
        self._by_location: dict[str, ProjectModule] = {}
        self._by_name: dict[str, list[ProjectModule]] = {}
        self._packages: dict[str, set[str]] = {}
        self._folders: dict[ProjectModule, str] = {}
        self._found: dict[tuple[str, str], ProjectModule | None] = {}
        self._opaque = {(module.root, module.name) for module in opaque}
        self._opaque_names = {module.name for module in opaque}
        for module in self.modules:
            self._add(module)
        self.roots = sorted({module.summary.root for module in self.modules})
        self._functions = tuple(one for module in self.modules for one in module.functions.values())
        self._classes = tuple(one for module in self.modules for one in module.classes.values())

    def _add(self, module: ProjectModule) -> None:
        summary = module.summary
        self._exact.setdefault((summary.root, summary.module), module)
        self._by_location.setdefault(_place(summary.root, summary.module), module)
        self._folders[module] = dirname(_location(module))
        self._by_name.setdefault(summary.module, []).append(module)
        parts = summary.module.split(".")
        for count in range(1, len(parts)):
            self._packages.setdefault(".".join(parts[:count]), set()).add(summary.root)

    def functions(self) -> tuple[Function, ...]:
        """Every function, in the order of files and text."""
        return self._functions

    def classes(self) -> tuple[Class, ...]:
        """Every class, in the order of files and text."""
        return self._classes

    def find(self, name: str, importer: ProjectModule) -> ProjectModule | None:
        """The module that `import name` in `importer` means, if it is the project's."""
        folder = self._folders[importer]
        key = (name, folder)
        if key not in self._found:
            self._found[key] = self._search(name, importer.summary.root, folder)
        return self._found[key]

    def _search(self, name: str, root: str, folder: str) -> ProjectModule | None:
        exact = self._exact.get((root, name))
        if exact is not None:
            return exact
        if name.partition(".")[0] in sys.stdlib_module_names:
            return None
        below = name.replace(".", "/")
        for above in _upwards(folder):
            near = self._by_location.get(f"{above}/{below}" if above else below)
            if near is not None and not _means_another(near, name):
                return near
        elsewhere = self._by_name.get(name, ())
        return elsewhere[0] if elsewhere else None

    def is_package(self, name: str, importer: ProjectModule) -> bool:
        """Whether `name` is a folder of the project's that holds modules."""
        return importer.summary.root in self._packages.get(name, ()) or (
            name in self._packages and name.partition(".")[0] not in sys.stdlib_module_names
        )

    def is_opaque(self, name: str) -> bool:
        """Whether `name` is a module of the project's that could not be read."""
        return name in self._opaque_names


def _place(root: str, name: str) -> str:
    """Where a module of that name lies below `root`, without its ending."""
    return normpath(join(root, name.replace(".", "/")))


def _upwards(folder: str) -> Iterator[str]:
    """The folder, and those that hold it."""
    while folder and folder != "/":
        yield folder
        folder = dirname(folder)
    yield folder


def _means_another(module: ProjectModule, name: str) -> bool:
    """Whether a module imports what is called like itself: `import redis` in `app/redis.py`
    shows that the name is a library's."""
    return module.name != name and any(
        isinstance(binding.value, Import)
        and not binding.value.level
        and binding.value.module == name
        for binding in module.summary.block.bindings
    )


def _location(module: ProjectModule) -> str:
    place = _place(module.summary.root, module.name)
    return f"{place}/__init__" if module.summary.is_package else place


def _names_tested(test: Expression) -> Iterator[str]:
    match test:
        case Name(id=name):
            yield name
        case Operation(operands=parts) | Boolean(values=parts):
            for part in parts:
                yield from _names_tested(part)


def _is_none(default: Expression | None) -> bool:
    return isinstance(default, Literal) and default.value is None and not default.ellipsis
