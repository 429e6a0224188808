"""Examples say the same after changes that mean nothing, and fall silent after some that do.

Each change works on the text with its markers, which stay on the lines of their code.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import libcst as cst
import pytest
from libcst.metadata import Assignment, MetadataWrapper, ScopeProvider

from fastlint import catalogues, rulebook, testing
from fastlint.catalogues import Catalogue
from fastlint.diagnostics import Report
from fastlint.rulebook import SETTINGS, Example, Page, without_markers

Sources = Mapping[str, str]
"""The text of each file of an example, with its markers, by its path."""


def sources(example: Example) -> Sources:
    return {file.path: file.text for file in example.files}


def report(page: Page, files: Sources) -> Report:
    clean = {path: without_markers(text) for path, text in files.items()}
    return testing.run(clean, select=[page.name])


def assert_same(page: Page, example: Example, change: Callable[[Sources], Sources]) -> None:
    changed = change(sources(example))
    if changed == sources(example):
        return  # there is nothing to change in it, and test_pages runs it as it is
    mismatches = testing.mismatches(changed, report(page, changed), lines_only=True)
    assert not list(mismatches), shown(changed)


def shown(files: Sources) -> str:
    return "\n".join(f"--- {path}\n{text}" for path, text in files.items())


IMPORTS_ARE_REPORTED = {"renamed-status-constant"}
"""Rules that report where a name is imported: a change of the import moves what they say."""


# --- changes that mean nothing -----------------------------------------------------


def test_import_x_as_y(page, example):
    assert_same(page, example, module_aliases)


def test_from_x_import_y_as_z(page, example):
    assert_same(page, example, name_aliases)


def test_from_x_import_y_instead_of_import_x(page, example):
    if page.name in IMPORTS_ARE_REPORTED:
        return
    assert_same(page, example, names_of_modules)


def test_import_x_instead_of_from_x_import_y(page, example):
    if page.name in IMPORTS_ARE_REPORTED:
        return
    assert_same(page, example, modules_of_names)


def test_absolute_imports(page, example):
    assert_same(page, example, absolute_imports)


def test_relative_imports(page, example):
    assert_same(page, example, relative_imports)


def test_everything_in_a_package(page, example):
    assert_same(page, example, in_a_package)


def test_nested_functions_before(page, example):
    assert_same(page, example, nested_functions)


def test_crlf(page, example):
    assert_same(page, example, lambda files: each(files, lambda text: text.replace("\n", "\r\n")))


def test_byte_order_mark(page, example):
    assert_same(page, example, lambda files: each(files, lambda text: f"\ufeff{text}"))


def test_tabs(page, example):
    assert_same(page, example, lambda files: each(files, tabs))


# --- changes that matter -----------------------------------------------------------


def test_silent_without_async(page, example):
    if page.card.needs_async:
        files = each(sources(example), without_async)
        reported = report(page, files).findings
        assert bool(reported) == (example.title in page.card.sync_too), shown(files)


def test_exceptions_to_the_silence_without_async_are_examples(book):
    for page in book:
        assert set(page.card.sync_too) <= {example.title for example in page.examples}, page.path


def test_silent_when_the_library_is_an_unknown_one(page, example, catalogue):
    if page.card.effect is not None and SETTINGS not in sources(example):
        files = each(sources(example), lambda text: with_unknown_libraries(text, catalogue))
        assert not report(page, files).findings, shown(files)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return catalogues.load(catalogues.bundled_files(rulebook.rules_root() / "catalogues"))


# --- code and its imports ----------------------------------------------------------


class Imported(NamedTuple):
    """One thing that an import statement brings: a module, or a name of one."""

    level: int
    module: str
    name: str | None
    alias: str | None

    def __str__(self) -> str:
        suffix = f" as {self.alias}" if self.alias else ""
        if self.name is None:
            return f"import {self.module}{suffix}"
        return f"from {'.' * self.level}{self.module} import {self.name}{suffix}"

    @property
    def prefix(self) -> str:
        """What uses of it begin with."""
        return self.alias or self.name or self.module

    @property
    def root(self) -> str:
        """The name that it binds."""
        return self.prefix.partition(".")[0]

    @property
    def word(self) -> str:
        """A name like what is imported, for an alias."""
        return self.prefix.replace(".", "_") + "_"


Change = Callable[[Imported], Iterable[Imported]]

ANNOTATION = re.compile(r"""["'][\w\s.,|\[\]]+["']""")


class Code(cst.CSTVisitor):
    """A file, with its imports and the uses of what they bind."""

    def __init__(self, text: str) -> None:
        super().__init__()
        wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        self.module = wrapper.module
        self.imports: list[Imported] = []
        self.uses: set[str] = set()
        """The longest dotted names: `a.b.c`, not the `a.b` in it."""
        self.words: set[str] = set()
        """What stands in strings that may be annotations, or names in `__all__`."""
        self.module.visit(self)
        self.rebound = {
            assignment.name
            for scope in set(wrapper.resolve(ScopeProvider).values())
            for assignment in (scope.assignments if scope else ())
            if isinstance(assignment, Assignment)
            and not isinstance(assignment.node, cst.Import | cst.ImportFrom)
        }
        """Names that something else than an import binds."""

    def on_visit(self, node: cst.CSTNode) -> bool:
        match node:
            case cst.Import() | cst.ImportFrom():
                self.imports += imported(node)
            case cst.Name() | cst.Attribute() if use := dotted(node):
                self.uses.add(use)
            case cst.Attribute(value=value) | cst.Arg(value=value):
                value.visit(self)
            case cst.SimpleString(value=value) if ANNOTATION.fullmatch(value):
                self.words.update(re.findall(r"\w+", value))
            case _:
                return True
        return False

    def names_below(self, item: Imported) -> set[str]:
        """The names that are taken from a module, if nothing else is done with it."""
        uses = {use for use in self.uses if f"{use}.".startswith(f"{item.prefix}.")}
        if item.prefix in uses:
            return set()
        return {use.removeprefix(f"{item.prefix}.").partition(".")[0] for use in uses}

    def changed(self, change: Change, renamed: Mapping[str, str]) -> str:
        """The text with other imports, and other names at the beginning of what is used."""

        def replace(before: cst.CSTNode, after: cst.CSTNode) -> Replacement:
            match before:
                case cst.Import() | cst.ImportFrom():
                    return reimported(before, change)
                case cst.Name() | cst.Attribute() if new := renamed.get(dotted(before) or ""):
                    expression = cst.parse_expression(new)
                    return expression.with_changes(lpar=before.lpar, rpar=before.rpar)
                case cst.Attribute(attr=attr):
                    return after.with_changes(attr=attr)
                case cst.Arg(keyword=keyword):
                    return after.with_changes(keyword=keyword)
            return after

        return replaced(self.module, replace)


Replacement = cst.CSTNode | cst.FlattenSentinel[cst.BaseSmallStatement]


class _Replacing(cst.CSTTransformer):
    def __init__(self, replace: Callable[[cst.CSTNode, cst.CSTNode], Replacement]) -> None:
        super().__init__()
        self.replace = replace

    def on_visit(self, node: cst.CSTNode) -> bool:
        return not isinstance(node, cst.Import | cst.ImportFrom)

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> Any:
        return self.replace(original_node, updated_node)


def replaced(module: cst.Module, replace: Callable[[cst.CSTNode, cst.CSTNode], Replacement]) -> str:
    """The code with every node, given as it was and with its children replaced, replaced."""
    return module.visit(_Replacing(replace)).code


def reimported(node: cst.Import | cst.ImportFrom, change: Change) -> Replacement:
    items = imported(node)
    changed = [other for item in items for other in change(item)]
    if changed == items:
        return node
    return cst.FlattenSentinel([small_statement(str(item)) for item in dict.fromkeys(changed)])


def small_statement(text: str) -> cst.BaseSmallStatement:
    return cst.ensure_type(cst.parse_statement(text), cst.SimpleStatementLine).body[0]


def dotted(node: cst.BaseExpression) -> str | None:
    """`a.b.c` as text; None for anything else."""
    match node:
        case cst.Name(value=name):
            return name
        case cst.Attribute(value=value, attr=cst.Name(value=name)):
            return f"{head}.{name}" if (head := dotted(value)) else None
    return None


def imported(node: cst.Import | cst.ImportFrom) -> list[Imported]:
    """What a statement imports; nothing for those that every change leaves alone."""
    if isinstance(node, cst.Import):
        return [
            Imported(0, alias.evaluated_name, None, alias.evaluated_alias) for alias in node.names
        ]
    module = (node.module and dotted(node.module)) or ""
    if module == "__future__":
        return []
    if isinstance(node.names, cst.ImportStar):
        return [Imported(len(node.relative), module, "*", None)]
    return [
        Imported(len(node.relative), module, alias.evaluated_name, alias.evaluated_alias)
        for alias in node.names
    ]


def is_python(path: str) -> bool:
    return PurePosixPath(path).suffix in {".py", ".pyi"}


def each(files: Sources, change: Callable[[str], str]) -> Sources:
    """The files with every Python file changed by itself."""
    return {path: change(text) if is_python(path) else text for path, text in files.items()}


def each_code(files: Sources, change: Callable[[Code, set[str]], str]) -> Sources:
    """The files with every Python file changed, given the names that have to stay: those
    that something else binds too, and those that strings or other files may speak of."""
    codes = {path: Code(text) for path, text in files.items() if is_python(path)}
    changed = dict(files)
    for path, code in codes.items():
        others = [other for other in codes.values() if other is not code]
        fixed = code.rebound | code.words
        for other in others:
            fixed.update(item.name for item in other.imports if item.name)
            fixed.update(part for use in other.uses for part in use.split(".")[1:])
        if "*" in fixed:
            fixed.update(item.root for item in code.imports)
        changed[path] = change(code, fixed)
    return changed


# --- the changes -------------------------------------------------------------------


def module_aliases(files: Sources) -> Sources:
    """`import x.y` becomes `import x.y as x_y_`."""

    def change(code: Code, fixed: set[str]) -> str:
        modules = [item for item in code.imports if item.name is None]
        prefixes = {item.prefix for item in modules}
        stay = fixed | {
            use.partition(".")[0]
            for use in code.uses
            if not any(f"{use}.".startswith(f"{prefix}.") for prefix in prefixes)
        }
        renamed = {item.prefix: item.word for item in modules if item.root not in stay}

        def alias(item: Imported) -> Iterable[Imported]:
            is_renamed = item.name is None and item.prefix in renamed
            yield item._replace(alias=renamed[item.prefix]) if is_renamed else item

        return code.changed(alias, renamed)

    return each_code(files, change)


def name_aliases(files: Sources) -> Sources:
    """`from x import y` becomes `from x import y as y_`."""

    def change(code: Code, fixed: set[str]) -> str:
        names = [item for item in code.imports if item.name not in (None, "*")]
        renamed = {item.prefix: item.word for item in names if item.root not in fixed}

        def alias(item: Imported) -> Iterable[Imported]:
            is_renamed = item.name is not None and item.prefix in renamed
            yield item._replace(alias=renamed[item.prefix]) if is_renamed else item

        return code.changed(alias, renamed)

    return each_code(files, change)


def names_of_modules(files: Sources) -> Sources:
    """`import x` and `x.y` become `from x import y as x_y` and `x_y`."""

    def change(code: Code, fixed: set[str]) -> str:
        taken = {
            item: names
            for item in code.imports
            if item.name is None and item.root not in fixed and (names := code.names_below(item))
        }
        renamed = {
            f"{item.prefix}.{name}": f"{item.word}{name}"
            for item, names in taken.items()
            for name in names
        }

        def take(item: Imported) -> Iterable[Imported]:
            if item not in taken:
                yield item
            for name in sorted(taken.get(item, ())):
                yield Imported(0, item.module, name, f"{item.word}{name}")

        return code.changed(take, renamed)

    return each_code(files, change)


def modules_of_names(files: Sources) -> Sources:
    """`from x import Y` and `Y` become `import x as x_` and `x_.Y`. Of a name in lower case,
    nobody can say without the library whether it is a module that `import x` leaves out. A name
    that two imports bind, as in `try` and `except ImportError`, has no one other name."""

    def change(code: Code, fixed: set[str]) -> str:
        imports = Counter(item.root for item in dict.fromkeys(code.imports))
        stay = fixed | {root for root, count in imports.items() if count > 1}
        classes = [
            item
            for item in dict.fromkeys(code.imports)
            if item.name and item.name[0].isupper() and not item.level and item.root not in stay
        ]
        modules = {item: Imported(0, item.module, None, None) for item in classes}
        renamed = {item.prefix: f"{modules[item].word}.{item.name}" for item in classes}

        def take(item: Imported) -> Iterable[Imported]:
            module = modules.get(item)
            yield module._replace(alias=module.word) if module else item

        return code.changed(take, renamed)

    return each_code(files, change)


def package(path: str) -> list[str]:
    """The package that a file belongs to."""
    folders = list(PurePosixPath(path).parts[:-1])
    return folders[1:] if folders[:1] == ["src"] else folders


def modules(files: Sources) -> set[str]:
    """The names of the modules and packages of an example."""
    names: set[str] = set()
    for path in filter(is_python, files):
        parts = package(path)
        stem = PurePosixPath(path).stem
        parts += [] if stem == "__init__" else [stem]
        names.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))
    return names


def absolute_imports(files: Sources) -> Sources:
    """`from ..a import b` becomes `from x.a import b`."""

    def change(path: str, text: str) -> str:
        here = package(path)

        def absolute(item: Imported) -> Iterable[Imported]:
            parts = here[: len(here) - item.level + 1]
            module = ".".join([*parts, *filter(None, [item.module])])
            yield item._replace(level=0, module=module) if item.level and module else item

        return Code(text).changed(absolute, {})

    return {path: change(path, text) if is_python(path) else text for path, text in files.items()}


def relative_imports(files: Sources) -> Sources:
    """`from x.a import b` becomes `from ..a import b`."""
    known = modules(files)

    def change(path: str, text: str) -> str:
        here = package(path)

        def relative(item: Imported) -> Iterable[Imported]:
            there = item.module.split(".")
            is_near = there[:1] == here[:1] and item.module in known
            if item.level or item.name is None or not is_near:
                yield item
                return
            pairs = enumerate(zip(here, there, strict=False))
            shared = next((n for n, (a, b) in pairs if a != b), min(len(here), len(there)))
            module = ".".join(there[shared:])
            yield item._replace(level=len(here) - shared + 1, module=module)

        return Code(text).changed(relative, {})

    return {path: change(path, text) if is_python(path) else text for path, text in files.items()}


def in_a_package(files: Sources) -> Sources:
    """Everything moves into the package `moved`."""
    known = modules(files)

    def change(code: Code, _fixed: set[str]) -> str:
        def moved(item: Imported) -> Iterable[Imported]:
            is_local = not item.level and item.module.partition(".")[0] in known
            yield item._replace(module=f"moved.{item.module}") if is_local else item

        roots = {
            item.root
            for item in code.imports
            if item.name is None and item.alias is None and item.root in known
        }
        assert not roots & code.rebound
        return code.changed(moved, {root: f"moved.{root}" for root in roots})

    changed = each_code(files, change)
    placed = {moved_path(path) if is_python(path) else path: text for path, text in changed.items()}
    return {**placed, moved_path("__init__.py"): ""}


def moved_path(path: str) -> str:
    source_folder = "src/" if path.startswith("src/") else ""
    return f"{source_folder}moved/{path.removeprefix('src/')}"


def nested_functions(files: Sources) -> Sources:
    """Every function begins with another one."""
    nested = cst.parse_statement("def nested_():\n    return 0\n")

    def replace(_before: cst.CSTNode, after: cst.CSTNode) -> cst.CSTNode:
        match after:
            case cst.FunctionDef(body=cst.IndentedBlock(body=body) as block) if not all(
                map(is_trivial, body)
            ):
                docstring = 1 if after.get_docstring() is not None else 0
                statements = [*body[:docstring], nested, *body[docstring:]]
                return after.with_changes(body=block.with_changes(body=statements))
        return after

    return each(files, lambda text: replaced(cst.parse_module(text), replace))


def is_trivial(statement: cst.BaseStatement) -> bool:
    """Whether a statement leaves it open what a function does."""
    match statement:
        case cst.SimpleStatementLine(
            body=[cst.Pass() | cst.Raise() | cst.Expr(value=cst.Ellipsis() | cst.SimpleString())]
        ):
            return True
    return False


def tabs(text: str) -> str:
    return cst.parse_module(text).with_changes(default_indent="\t").code


def without_async(text: str) -> str:
    def replace(_before: cst.CSTNode, after: cst.CSTNode) -> cst.CSTNode:
        match after:
            case cst.FunctionDef() | cst.For() | cst.With() | cst.CompFor():
                return after.with_changes(asynchronous=None)
            case cst.Await(expression=value, lpar=lpar, rpar=rpar):
                return value.with_changes(lpar=[*lpar, *value.lpar], rpar=[*value.rpar, *rpar])
        return after

    return replaced(cst.parse_module(text), replace)


def with_unknown_libraries(text: str, catalogue: Catalogue) -> str:
    """Catalogued libraries and builtins come from libraries that nobody knows."""
    code = Code(text)

    def is_known(item: Imported) -> bool:
        return not item.level and catalogue.knows_module(item.module)

    def unknown(item: Imported) -> Iterable[Imported]:
        if not is_known(item):
            yield item
        elif item.name or item.alias or "." in item.module:
            yield item._replace(module=f"unknown_{item.module}")
        else:
            yield item._replace(module=f"unknown_{item.module}", alias=item.module)

    roots = {
        item.root
        for item in code.imports
        if item.name is None and item.alias is None and "." in item.module and is_known(item)
    }
    assert not roots & code.rebound
    changed = cst.parse_module(code.changed(unknown, {root: f"unknown_{root}" for root in roots}))
    bound = code.rebound | {item.root for item in code.imports}
    builtins = {use for use in code.uses - bound if blocks(f"builtins.{use}", catalogue)}
    shadows = [cst.parse_statement(f"from unknown import {name}") for name in sorted(builtins)]
    futures = sum(map(is_future, changed.body))
    return changed.with_changes(
        body=[*changed.body[:futures], *shadows, *changed.body[futures:]]
    ).code


def blocks(name: str, catalogue: Catalogue) -> bool:
    behaviour = catalogue.callables.get(name)
    return behaviour is not None and behaviour.effect is not None


def is_future(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine(
            body=[cst.ImportFrom(module=cst.Name(value="__future__")), *_]
        ):
            return True
    return False
