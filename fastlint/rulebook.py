"""The rules' pages, `rules/<category>/<name>.md`: card, prose and examples.

A page is what `fastlint explain` prints, the only place where a rule's metadata stands,
and a test of its rule:

- The first block is the card, in TOML; see `Card`. The file's name is the rule's name,
  its folder the category.
- Every heading with code below it is an example. Its unlabelled `py` blocks join into
  one file, `main.py`; a line `` `app/deps.py`: `` before a block says which file it
  belongs to. An unlabelled `toml` block is the example's `fastlint.toml`; a `fixed`
  block is what fixing makes of the file above it. Blocks in other languages are prose.
- `# error: 14 "part"` on a line of code says that the rule reports that line (at that
  column, 1-based, with that part in its message; both may be left out), `# todo:` that
  it ought to, and does not yet. Several may follow each other.
- One heading is named "Not reported".

Pages of plugins stand beside their checks: `<category>/<name>.md` in the package that
an entry point of the group `fastlint.rules` names.

`python -m fastlint.rulebook` writes what is generated from the pages.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from importlib import metadata
from importlib.util import find_spec
from itertools import groupby
from operator import attrgetter
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from packaging.requirements import InvalidRequirement, Requirement
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from fastlint import toml
from fastlint.diagnostics import Severity
from fastlint.toml import TomlError

MAIN = "main.py"
"""The file that an example's unlabelled code belongs to."""

SETTINGS = "fastlint.toml"
"""The file that an example's unlabelled TOML belongs to."""

NOT_REPORTED = "Not reported"
"""The heading of the tempting false alarms, which every page has."""

EVERYTHING = "ALL"
"""The selector of every rule."""

PLUGINS = "fastlint.rules"
"""The entry point group in which a plugin names the package of its pages and checks."""


class PageError(ValueError):
    """A page is wrong. The message begins with the page's path and line."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")


class FormatError(ValueError):
    """A text breaks the format of pages. `line` counts from 1 in that text."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class PluginError(Exception):
    """A plugin cannot be used. The message names the plugin and says why."""


class UnknownRuleError(ValueError):
    """No rule is called so. The message says what was meant, where that can be guessed."""


# --- cards -------------------------------------------------------------------------


def _requirement(text: str) -> str:
    try:
        Requirement(text)
    except InvalidRequirement as error:
        raise ValueError(f"`{text}` is no requirement, as in `pydantic>=2`") from error
    return text


class Card(BaseModel):
    """What is to be known about a rule without running it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    category: str
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]+[0-9]+$")]
    summary: Annotated[str, StringConstraints(pattern=r"^\S.*[^\s.]$")]
    """One line without a full stop: what is wrong with the code that is reported."""
    severity: Severity
    default: Literal["on", "opt"]
    """`opt`: runs only where it is selected."""
    fix: Literal["none", "display", "unsafe", "safe"]
    """The strongest fix that the examples show."""
    since: Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")]
    """The version of fastlint, or of the plugin, that brought the rule."""
    requires: Annotated[str, AfterValidator(_requirement)] | None = None
    """What the project has to run on for the rule to run: `pydantic>=2`."""
    effect: str | None = None
    """The catalogue effect whose reach from event-loop code is the whole rule."""
    options: Mapping[str, str] = Field(default_factory=dict)
    """What each option of the rule sets, in a sentence."""
    needs_async: bool = False
    """Whether the examples fall silent once every `async` and `await` is gone."""
    sync_too: tuple[str, ...] = ()
    """Headings of the examples that do not, although `needs_async` says so."""


# --- markers -----------------------------------------------------------------------

_MARKED = re.compile(r"[ \t]*(?P<markers>#[ \t]*(?:error|todo):[^\r\n]*)")
_MARKER = re.compile(
    r"#[ \t]*(?P<kind>error|todo):(?:[ \t]+(?P<column>[0-9]+))?"
    r'(?:[ \t]+"(?P<part>(?:[^"\\]|\\["\\])+)")?(?:[ \t]+|$)'
)


@dataclass(frozen=True, slots=True)
class Marker:
    """The promise of a finding on a line; a known miss if `missed`."""

    line: int
    column: int | None
    """1-based, as printed."""
    part: str | None
    """What the message contains."""
    missed: bool


def markers(text: str) -> Iterator[Marker]:
    """The markers in code; raises FormatError for a malformed one."""
    for marked in _MARKED.finditer(text):
        yield from _markers_of(marked["markers"], text.count("\n", 0, marked.start()) + 1)


def _markers_of(comment: str, line: int) -> Iterator[Marker]:
    at = 0
    while at < len(comment):
        match = _MARKER.match(comment, at)
        if match is None:
            raise FormatError(
                line,
                f'`{comment}` is no marker: write `# error: column "part of the message"`',
            )
        at = match.end()
        yield Marker(
            line,
            int(match["column"]) if match["column"] else None,
            re.sub(r'\\(["\\])', r"\1", match["part"]) if match["part"] else None,
            missed=match["kind"] == "todo",
        )


def without_markers(text: str) -> str:
    """The code as it is checked: what is left keeps its lines and columns."""
    return _MARKED.sub("", text)


# --- pages -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ExampleFile:
    """A file of an example. `text` still holds the markers."""

    path: str
    text: str
    lines: tuple[int, ...]
    """The line of the page at which each line of the text stands."""
    fixed: str | None
    """What fixing makes of it; None where that is not shown."""


@dataclass(frozen=True, slots=True)
class Example:
    """The code below one heading: a small project."""

    title: str
    line: int
    files: tuple[ExampleFile, ...]


@dataclass(frozen=True)
class Page:
    """A rule's page. The examples are parsed when they are asked for."""

    path: Path
    card: Card
    source: str

    @property
    def name(self) -> str:
        """The name of the rule."""
        return self.card.name

    @property
    def code(self) -> str:
        """The code of the rule."""
        return self.card.code

    @cached_property
    def text(self) -> str:
        """The page without its card, as `explain` prints it."""
        before, _, after = _CARD.split(self.source, maxsplit=1)[1:]
        return f"{before.strip()}\n\n{after.strip()}\n"

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """All examples, in order; raises PageError where they break the format."""
        try:
            return _examples(self.source)
        except FormatError as error:
            raise PageError(self.path, error.line, str(error)) from error


_CARD = re.compile(
    r"\A(?P<before>(?:(?!```)[^\n]*\n)*)```toml[ ]*\n(?P<card>.*?)^```[ ]*(?:\n|\Z)",
    re.MULTILINE | re.DOTALL,
)


def read_page(path: Path) -> Page:
    """The page in a file; raises PageError for whatever is wrong before its examples."""
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PageError(path, 1, f"the page cannot be read: {error}") from error
    match = _CARD.match(source)
    if match is None:
        raise PageError(path, 1, "the first block of a page is its card: a ```toml block")
    try:
        card = _card(path, match["card"])
    except FormatError as error:
        line = match["before"].count("\n") + 1 + error.line
        raise PageError(path, line, str(error)) from error
    return Page(path, card, source)


def _card(path: Path, text: str) -> Card:
    try:
        document = toml.parse(text)
        card = Card.model_validate({"name": path.stem, **document.values})
    except TomlError as error:
        raise FormatError(error.line or 1, f"the card is no TOML: {error}") from error
    except ValidationError as error:
        mistake = error.errors()[0]
        line = document.lines.get(mistake["loc"][:1], 1)
        raise FormatError(line, f"card: `{mistake['loc'][0]}`: {mistake['msg']}") from error
    for key, place, name in (("name", "file", path.stem), ("category", "folder", path.parent.name)):
        if getattr(card, key) != name:
            raise FormatError(document.lines[key,], f"the {key} is that of the {place}, `{name}`")
    return card


# --- examples ----------------------------------------------------------------------

_HEADING = re.compile(r"#+\s+(?P<title>\S.*?)\s*")
_FENCE = re.compile(r"(?P<fence>`{3,})\s*(?P<language>[\w-]*)\s*")
_LABEL = re.compile(r"`(?P<path>[^`\s]+)`:\s*")

_UNLABELLED = {"py": MAIN, "toml": SETTINGS}
"""The file that a block without a label belongs to, by its language."""

_FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class _Block:
    """A fenced block; `line` is that of its opening fence."""

    heading: tuple[int, str]
    """Line and text of the heading above it."""
    line: int
    language: str
    label: str | None
    content: tuple[str, ...]


def _examples(source: str) -> tuple[Example, ...]:
    _card_block, *blocks = _blocks(source)
    examples = tuple(
        _example(heading, tuple(group))
        for heading, group in groupby(filter(_is_file, blocks), attrgetter("heading"))
    )
    titles = [example.title for example in examples]
    if not any(title.startswith(NOT_REPORTED) for title in titles):
        raise FormatError(1, f'no example stands below a heading "{NOT_REPORTED}"')
    for example in examples:
        if titles.count(example.title) > 1:
            raise FormatError(example.line, f'the heading "{example.title}" stands twice')
    return examples


def _is_file(block: _Block) -> bool:
    return block.label is not None or block.language in {*_UNLABELLED, _FIXED}


def _blocks(source: str) -> Iterator[_Block]:
    heading, label = (1, ""), None
    lines = enumerate(source.split("\n"), 1)
    for number, line in lines:
        if not line.strip():
            continue
        if fence := _FENCE.fullmatch(line):
            content = tuple(_until(fence["fence"], lines, opened=number))
            yield _Block(heading, number, fence["language"], label, content)
            label = None
            continue
        if label is not None:
            raise FormatError(number, f"`{label}`: is not followed by a block")
        if headed := _HEADING.fullmatch(line):
            heading = number, headed["title"]
        elif labelled := _LABEL.fullmatch(line):
            label = _inside(number, labelled["path"])
        elif line.startswith("```"):
            raise FormatError(number, "a fence names one language: ```py")
    if label is not None:
        raise FormatError(source.count("\n") + 1, f"`{label}`: is not followed by a block")


def _until(fence: str, lines: Iterator[tuple[int, str]], *, opened: int) -> Iterator[str]:
    for _, line in lines:
        if line.rstrip() == fence:
            return
        yield line
    raise FormatError(opened, "the block is never closed")


def _inside(line: int, label: str) -> str:
    """The label, if it is a path below the example's folder."""
    parts = PurePosixPath(label)
    if parts.is_absolute() or ".." in parts.parts:
        raise FormatError(line, f"`{label}` is not below the example's folder")
    return str(parts)


def _example(heading: tuple[int, str], blocks: tuple[_Block, ...]) -> Example:
    first, title = heading
    sources: dict[str, list[tuple[int, str]]] = defaultdict(list)
    fixed: dict[str, str] = {}
    latest = MAIN
    for block in blocks:
        if block.language == _FIXED:
            fixed[block.label or latest] = _joined(block.content)
            continue
        latest = block.label or _UNLABELLED[block.language]
        _check_markers(block)
        sources[latest] += enumerate(block.content, block.line + 1)
    for name in fixed.keys() - sources.keys():
        raise FormatError(first, f"`{name}` is shown fixed, but not before")
    files = tuple(
        ExampleFile(
            name,
            _joined(line for _, line in lines),
            tuple(number for number, _ in lines),
            fixed.get(name),
        )
        for name, lines in sources.items()
    )
    return Example(title, first, files)


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _check_markers(block: _Block) -> None:
    try:
        tuple(markers(_joined(block.content)))
    except FormatError as error:
        raise FormatError(block.line + error.line, str(error)) from error


# --- the book ----------------------------------------------------------------------


class Rulebook:
    """All pages. Immutable; iterates in the order of the codes."""

    def __init__(self, pages: Iterable[Page]) -> None:
        """Raises PageError where a name, code or effect is taken already."""
        self._pages = tuple(sorted(pages, key=attrgetter("code")))
        taken = {page.card.category: page.path.parent for page in self._pages}
        for page in self._pages:
            for word in filter(None, (page.name, page.code, page.card.effect)):
                if word in taken:
                    raise PageError(page.path, 1, f"`{word}` is taken by {taken[word]}")
                taken[word] = page.path
        self._by_word = {word: page for page in self._pages for word in (page.name, page.code)}

    def __iter__(self) -> Iterator[Page]:
        return iter(self._pages)

    def __contains__(self, word: object) -> bool:
        """Whether a rule has this name or code."""
        return word in self._by_word

    @cached_property
    def categories(self) -> Mapping[str, tuple[Page, ...]]:
        """The pages by category, in the order of the codes."""
        by_category: dict[str, list[Page]] = defaultdict(list)
        for page in self:
            by_category[page.card.category].append(page)
        return {category: tuple(pages) for category, pages in by_category.items()}

    def page(self, word: str) -> Page:
        """The page of the rule with this name or code; raises UnknownRuleError."""
        if page := self._by_word.get(word):
            return page
        raise UnknownRuleError(f"unknown rule `{word}`{_hint(self.suggestion(word))}")

    def resolve(self, selector: str) -> tuple[str, ...]:
        """The names of the rules that a name, code, code prefix (`FL1`), category or `ALL`
        selects; raises UnknownRuleError where it selects none."""
        names = tuple(page.name for page in self if _selects(selector, page.card))
        if names:
            return names
        close = _closest(selector, (*self._by_word, *self.categories, EVERYTHING))
        raise UnknownRuleError(f"unknown rule or category `{selector}`{_hint(close)}")

    def suggestion(self, word: str) -> str | None:
        """The name or code that was probably meant by an unknown one."""
        return _closest(word, self._by_word)


def _selects(selector: str, card: Card) -> bool:
    if selector in (EVERYTHING, card.name, card.category):
        return True
    letters = card.code.rstrip("0123456789")
    return selector.startswith(letters) and card.code.startswith(selector)


_LOOKALIKES = str.maketrans("oil", "011")
"""Letters that are taken for digits in codes."""


def _closest(word: str, known: Iterable[str]) -> str | None:
    by_folded = {name.casefold(): name for name in known}
    folded = word.casefold().replace("_", "-")
    code = folded.translate(_LOOKALIKES)
    if f"fl{code[2:]}" in by_folded and folded.startswith("f"):
        return by_folded[f"fl{code[2:]}"]
    return next((by_folded[name] for name in get_close_matches(folded, by_folded, n=1)), None)


def _hint(close: str | None) -> str:
    return f": did you mean `{close}`?" if close else ": `fastlint rules` lists them all"


def rules_root() -> Path:
    """The folder of the bundled pages and catalogues: beside the package in a checkout,
    inside it where it is installed. Raises FileNotFoundError where both are missing."""
    package = Path(__file__).resolve().parent
    for folder in (package / "rules", package.parent / "rules"):
        if (folder / "catalogues").is_dir():
            return folder
    raise FileNotFoundError(f"the rules are missing from {package}: install fastlint again")


def plugins() -> tuple[metadata.EntryPoint, ...]:
    """The entry points of all installed plugins, by name."""
    return tuple(sorted(metadata.entry_points(group=PLUGINS)))


def _folders() -> Iterator[Path]:
    yield rules_root()
    for plugin in plugins():
        try:
            spec = find_spec(plugin.module)
        except Exception as error:  # the plugin's own code runs here
            raise PluginError(f"plugin `{plugin.name}` cannot be imported: {error!r}") from error
        if spec is None or not spec.submodule_search_locations:
            raise PluginError(f"plugin `{plugin.name}`: there is no package `{plugin.module}`")
        yield from map(Path, spec.submodule_search_locations)


def read_folder(folder: Path) -> Iterator[Page]:
    """The pages `<category>/<name>.md` below a folder; raises PageError for a wrong one."""
    for path in sorted(folder.glob("*/*.md")):
        if path.name != "README.md":
            yield read_page(path)


@cache
def load() -> Rulebook:
    """The pages of fastlint and of the installed plugins. Raises PageError, or PluginError
    where a plugin's package cannot be found."""
    return Rulebook(page for folder in _folders() for page in read_folder(folder))


# --- what is generated -------------------------------------------------------------

_TABLES = re.compile(r"(?<=<!-- rules -->\n).*(?=<!-- end of rules -->)", re.DOTALL)
_REGENERATE = "python -m fastlint.rulebook"


def generated() -> Iterator[tuple[Path, str]]:
    """Every file that is written from fastlint's own pages, with the text it should have."""
    root = rules_root()
    book = Rulebook(read_folder(root))
    yield root / "README.md", _index(book)
    readme = root.parent / "README.md"
    if readme.is_file():
        tables = f"\n{_tables(book, level=3, folder='rules/')}\n"
        yield readme, _TABLES.sub(lambda _: tables, readme.read_text(encoding="utf-8"))


def _index(book: Rulebook) -> str:
    return (
        "# Rules\n\n"
        f"Written by `{_REGENERATE}` from the rules' pages: change those, not this file.\n\n"
        + _tables(book, level=2, folder="")
    )


def _tables(book: Rulebook, *, level: int, folder: str) -> str:
    return "\n".join(
        f"{'#' * level} {category}\n\n{_table(pages, folder)}"
        for category, pages in book.categories.items()
    )


def _table(pages: Iterable[Page], folder: str) -> str:
    rows = ["| code | rule | reports | severity | default | fix |", "|---|---|---|---|---|---|"]
    for page in pages:
        card = page.card
        link = f"[{card.name}]({folder}{card.category}/{card.name}.md)"
        default = "on" if card.default == "on" else "opt-in"
        cells = (card.code, link, card.summary, card.severity, default, card.fix)
        rows.append(f"| {' | '.join(cells)} |")
    return _joined(rows)


if __name__ == "__main__":
    for file, content in generated():
        file.write_text(content, encoding="utf-8", newline="\n")
