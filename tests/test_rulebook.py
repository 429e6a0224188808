"""The rulebook: its grammar, its selectors, and what all pages together promise."""

from pathlib import Path

import pytest

from fastlint import rulebook, suppression
from fastlint.catalogues import KINDS
from fastlint.rule import Options, Rule, discover_rules
from fastlint.rulebook import (
    ExampleFile,
    FormatError,
    Marker,
    Page,
    PageError,
    Rulebook,
    UnknownRuleError,
    markers,
    read_page,
    without_markers,
)

CARD = """\
code = "FL199"
summary = "Something is wrong"
category = "blocking"
severity = "error"
default = "on"
fix = "none"
since = "0.1.0"
"""


@pytest.fixture
def write(tmp_path: Path):
    """Writes a page of a rule; the card and the false alarms are there unless given."""

    def write(body: str, *, name="blocking-thing", card=CARD, silent="```py\npass\n```\n") -> Path:
        path = tmp_path / "blocking" / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        page = f"# {name}\n\n```toml\n{card}```\n\n{body}\n\n## Not reported\n\n{silent}"
        path.write_text(page, encoding="utf-8")
        return path

    return write


# --- cards -------------------------------------------------------------------------


def test_the_card_takes_its_name_from_the_file(write):
    card = read_page(write("Prose.")).card
    assert (card.name, card.code, card.category) == ("blocking-thing", "FL199", "blocking")


def test_the_text_is_the_page_without_its_card(write):
    assert read_page(write("Prose.")).text == (
        "# blocking-thing\n\nProse.\n\n## Not reported\n\n```py\npass\n```\n"
    )


@pytest.mark.parametrize(
    ("card", "line", "message"),
    [
        (CARD.replace('"error"', '"fatal"'), 7, "severity"),
        (CARD + 'color = "red"\n', 11, "color"),
        (CARD.replace("FL199", "fl199"), 4, "code"),
        (CARD.replace("wrong", "wrong."), 5, "summary"),
        (CARD.replace('fix = "none"\n', ""), 4, "fix"),
        (
            CARD.replace('category = "blocking"', 'category = "fastapi"'),
            6,
            "that of the folder, `blocking`",
        ),
        (CARD + 'name = "blocking-other"\n', 11, "that of the file, `blocking-thing`"),
        (CARD + "[options]\nlimit = 3\n", 11, "options"),
        (CARD + "= 3\n", 11, "no TOML"),
    ],
)
def test_a_wrong_card_is_reported_with_its_line(write, card, line, message):
    path = write("Prose.", card=card)
    with pytest.raises(PageError, match=message) as raised:
        read_page(path)
    assert str(raised.value).startswith(f"{path}:{line}: ")


def test_a_page_without_a_card_is_an_error(tmp_path):
    path = tmp_path / "page.md"
    path.write_text("# page\n\n```py\npass\n```\n", encoding="utf-8")
    with pytest.raises(PageError, match=r"page\.md:1: the first block of a page is its card"):
        read_page(path)


def test_a_page_that_is_not_utf_8_is_an_error(tmp_path):
    path = tmp_path / "page.md"
    path.write_bytes(b"\xff")
    with pytest.raises(PageError, match=r"page\.md:1: the page cannot be read"):
        read_page(path)


def test_a_name_that_is_not_lower_kebab_is_an_error(write):
    with pytest.raises(PageError, match="`name`"):
        read_page(write("Prose.", name="Blocking_Thing"))


# --- examples ----------------------------------------------------------------------


def sources(page: Page) -> dict[str, dict[str, str]]:
    return {
        example.title: {file.path: file.text for file in example.files} for example in page.examples
    }


def test_unlabelled_blocks_of_a_heading_join(write):
    page = read_page(write("## One\n\n```py\na = 1\n```\n\nand\n\n```py\nb = 2\n```\n"))
    assert sources(page)["One"] == {"main.py": "a = 1\nb = 2\n"}


def test_a_label_starts_another_file(write):
    body = "## Two\n\n`app/a.py`:\n\n```py\na = 1\n```\n\n`app/b.py`:\n\n```py\nb = 2\n```\n"
    assert sources(read_page(write(body)))["Two"] == {"app/a.py": "a = 1\n", "app/b.py": "b = 2\n"}


def test_a_labelled_block_in_another_language_is_a_file_too(write):
    body = "## Pinned\n\n`requirements.txt`:\n\n```text\nfastapi==0.100.0\n```\n"
    assert sources(read_page(write(body)))["Pinned"] == {"requirements.txt": "fastapi==0.100.0\n"}


def test_toml_below_a_heading_is_the_settings_of_the_example(write):
    body = "## Set\n\n```toml\nselect = ['ALL']\n```\n\n```py\na = 1\n```\n"
    assert sources(read_page(write(body)))["Set"]["fastlint.toml"] == "select = ['ALL']\n"


def test_blocks_in_other_languages_are_prose(write):
    assert "Run" not in sources(read_page(write("## Run\n\n```console\n$ fastlint\n```\n")))


def test_a_comment_in_code_is_no_heading(write):
    assert "Title" not in sources(read_page(write("## One\n\n```py\n# Title\na = 1\n```\n")))


def test_every_line_of_a_file_knows_its_line_in_the_page(write):
    path = write("## One\n\n```py\na = 1\n```\n\nand\n\n```py\nb = 2\n```\n")
    (file,) = read_page(path).examples[0].files
    page = path.read_text(encoding="utf-8").split("\n")
    assert [page[line - 1] for line in file.lines] == ["a = 1", "b = 2"]


def test_a_fixed_block_belongs_to_the_file_above_it(write):
    body = "## Mended\n\n`a.py`:\n\n```py\na = 1\n```\n\n```fixed\na = 2\n```\n"
    (file,) = read_page(write(body)).examples[0].files
    assert file == ExampleFile("a.py", "a = 1\n", file.lines, "a = 2\n")


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("## One\n\n`a.py`:\n\nProse.\n", 17, "`a.py`: is not followed by a block"),
        ("## One\n\n`../a.py`:\n\n```py\npass\n```\n", 15, "not below the example's folder"),
        ("## One\n\n```py title=a\npass\n```\n", 15, "a fence names one language"),
        ("## One\n\n```fixed\npass\n```\n", 13, "shown fixed, but not before"),
        ("## One\n\n```py\nf()  # error: soon\n```\n", 16, "`# error: soon` is no marker"),
        ("## Not reported\n\n```py\npass\n```\n", 13, "stands twice"),
    ],
)
def test_a_mistake_in_an_example_is_reported_with_its_line(write, body, line, message):
    path = write(body)
    with pytest.raises(PageError) as raised:
        _ = read_page(path).examples
    assert str(raised.value).startswith(f"{path}:{line}: ")
    assert message in str(raised.value)


def test_a_block_that_is_never_closed_is_an_error(write):
    with pytest.raises(PageError, match="19: the block is never closed"):
        _ = read_page(write("Prose.", silent="\n\n```py\npass\n")).examples


def test_a_label_at_the_end_is_an_error(write):
    with pytest.raises(PageError, match=r"`a\.py`: is not followed by a block"):
        _ = read_page(write("Prose.", silent="`a.py`:\n")).examples


def test_a_page_without_false_alarms_is_an_error(write):
    with pytest.raises(PageError, match='"Not reported"'):
        _ = read_page(write("## One\n\n```py\npass\n```\n", silent="Nothing.\n")).examples


# --- markers -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comment", "marker"),
    [
        ("# error:", Marker(1, None, None, missed=False)),
        ("# error: 14", Marker(1, 14, None, missed=False)),
        ('# error: 14 "blocks"', Marker(1, 14, "blocks", missed=False)),
        ('# error: "`a` blocks"', Marker(1, None, "`a` blocks", missed=False)),
        (r'# error: "is \"*\""', Marker(1, None, 'is "*"', missed=False)),
        ("# todo:", Marker(1, None, None, missed=True)),
    ],
)
def test_a_marker_has_a_column_and_a_part_of_the_message(comment, marker):
    assert list(markers(f"a = 1  {comment}\n")) == [marker]


def test_several_markers_stand_on_one_line():
    found = list(markers('a\nb  # error: 1 # error: 5 "x"  # todo: 9\n'))
    assert [(marker.line, marker.column) for marker in found] == [(2, 1), (2, 5), (2, 9)]


def test_a_marker_with_something_else_behind_it_is_an_error():
    with pytest.raises(FormatError, match="is no marker") as raised:
        list(markers("a\nb  # error: 5 soon\n"))
    assert raised.value.line == 2


def test_markers_are_taken_out_and_other_comments_stay():
    text = 'a  # noqa: X1  # error: 3 "b"\r\n# error:\r\nb\r\n'
    assert without_markers(text) == "a  # noqa: X1\r\n\r\nb\r\n"


# --- selectors ---------------------------------------------------------------------


@pytest.fixture(scope="session")
def small_book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rules")
    for code, category, name in (
        ("FL101", "blocking", "blocking-sleep"),
        ("FL102", "blocking", "blocking-http"),
        ("FL111", "blocking", "nested-event-loop"),
        ("FL301", "fastapi", "missing-response-model"),
    ):
        path = folder / category / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        card = CARD.replace("FL199", code).replace('"blocking"', f'"{category}"')
        path.write_text(f"```toml\n{card}```\n", encoding="utf-8")
    (folder / "blocking" / "README.md").write_text("No page.\n", encoding="utf-8")
    return Rulebook(rulebook.read_folder(folder))


@pytest.mark.parametrize(
    ("selector", "codes"),
    [
        ("blocking-http", ["FL102"]),
        ("FL102", ["FL102"]),
        ("FL10", ["FL101", "FL102"]),
        ("FL1", ["FL101", "FL102", "FL111"]),
        ("fastapi", ["FL301"]),
        ("ALL", ["FL101", "FL102", "FL111", "FL301"]),
    ],
)
def test_a_selector_selects(small_book, selector, codes):
    assert [small_book.page(name).code for name in small_book.resolve(selector)] == codes


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("blocking-htp", "unknown rule or category `blocking-htp`: did you mean `blocking-http`?"),
        ("blocking_http", "did you mean `blocking-http`?"),
        ("fl102", "did you mean `FL102`?"),
        ("fastap", "did you mean `fastapi`?"),
        ("all", "did you mean `ALL`?"),
        ("F", "unknown rule or category `F`"),
        ("E501", "`fastlint rules` lists them all"),
        ("", "unknown rule or category ``"),
    ],
)
def test_an_unknown_selector_says_what_was_meant(small_book, selector, message):
    with pytest.raises(UnknownRuleError) as raised:
        small_book.resolve(selector)
    assert message in str(raised.value)


def test_a_page_is_found_by_name_and_by_code(small_book):
    assert small_book.page("FL101") is small_book.page("blocking-sleep")
    assert "FL101" in small_book
    assert "FL999" not in small_book


def test_a_page_is_not_found_by_a_category(small_book):
    with pytest.raises(UnknownRuleError, match="unknown rule `fastapi`"):
        small_book.page("fastapi")


def test_two_pages_cannot_share_a_code(write):
    pages = [read_page(write("Prose.", name=name)) for name in ("blocking-one", "blocking-two")]
    with pytest.raises(PageError, match=r"`FL199` is taken by .*blocking-one\.md"):
        Rulebook(pages)


# --- what all pages together promise -----------------------------------------------


def test_every_page_has_exactly_one_check(book):
    kept_by_checks = [rule.name for rule in discover_rules()]
    assert sorted([*kept_by_checks, *suppression.RULES]) == sorted(page.name for page in book)


def test_every_effect_of_the_catalogues_that_a_page_names_exists(book):
    effects = {page.card.effect for page in book} - {None}
    assert effects <= {f"blocks:{kind}" for kind in KINDS}


def test_every_option_stands_on_the_page_of_its_rule(book):
    documented = {page.name: set(page.card.options) for page in book if page.card.options}
    assert documented == {
        rule.name: options for rule in discover_rules() if (options := names(rule))
    }


def names(rule: Rule[Options]) -> set[str]:
    """The options of a rule, as they are written in a configuration file."""
    return {field.alias or name for name, field in rule.options.model_fields.items()}


def test_every_page_shows_what_its_rule_reports(book):
    for page in book:
        texts = [file.text for example in page.examples for file in example.files]
        assert any(True for text in texts for _ in markers(text)), page.path


def test_the_card_of_a_rule_without_fixes_shows_none(book):
    for page in book:
        fixed = [file for example in page.examples for file in example.files if file.fixed]
        assert bool(fixed) == (page.card.fix in {"unsafe", "safe"}), page.path


def test_a_project_check_is_shown_over_several_files(book):
    for rule in discover_rules():
        if rule.project_checks:
            examples = book.page(rule.name).examples
            assert any(len(example.files) > 1 for example in examples), rule.name


@pytest.mark.checkout
def test_what_is_generated_from_the_pages_is_current():
    for path, text in rulebook.generated():
        assert path.read_text(encoding="utf-8") == text, "run `python -m fastlint.rulebook`"
