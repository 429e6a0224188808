"""For every example: a suppression on a reported line silences what is reported there, and
nothing else."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping

from fastlint import testing
from fastlint.diagnostics import Finding
from fastlint.rulebook import Example, Page, markers, without_markers

Place = tuple[str, int]
"""A file, and a line of it."""

Lines = tuple[int, int]
"""The first and the last of several."""


def test_a_name_on_the_line(page, example):
    assert_each_silenced(page, example, on_the_line(f"# fastlint: ignore[{page.name}]"))


def test_a_code_with_a_reason_on_the_line(page, example):
    assert_all_silenced(page, example, on_the_line(f"# fastlint: ignore[{page.code}] -- on trial"))


def test_noqa_on_the_line(page, example):
    assert_all_silenced(page, example, on_the_line(f"# noqa: {page.code}"))


def test_a_name_alone_on_the_line_before(page, example):
    assert_all_silenced(page, example, above_the_line(f"# fastlint: ignore[{page.name}]"))


def test_a_name_for_the_whole_file(page, example):
    comment = f"# fastlint: ignore-file[{page.name}]"
    clean = sources(example)
    for path, text in clean.items():
        promised = {path for path, _ in reported_lines(example)}
        changed = {**clean, path: f"{text}\n{comment}\n"}
        assert {finding.path for finding in found(page, changed)} == promised - {path}


def test_another_rule_on_the_line(page, example, book):
    other = next(other for other in book if other.name != page.name)
    lines = list(reported_lines(example))
    changed = commented(sources(example), lines, on_the_line(f"# fastlint: ignore[{other.name}]"))
    assert {(finding.path, finding.span.line) for finding in found(page, changed)} == set(lines)


# --- how it is done ----------------------------------------------------------------

Commenting = Callable[[str], str]
"""Adds a comment to a line."""


def on_the_line(comment: str) -> Commenting:
    return lambda line: f"{line}  {comment}"


def above_the_line(comment: str) -> Commenting:
    return lambda line: f"{line[: len(line) - len(line.lstrip())]}{comment}\n{line}"


def assert_each_silenced(page: Page, example: Example, comment: Commenting) -> None:
    """Comments one line at a time, and wants all findings outside its statement unchanged."""
    clean = sources(example)
    all_found = found(page, clean)
    for path, line in reported_lines(example):
        first, last = statement(clean[path], line)
        left = found(page, commented(clean, [(path, line)], comment))
        assert left == [
            finding
            for finding in all_found
            if finding.path != path or not first <= finding.span.line <= last
        ]


def assert_all_silenced(page: Page, example: Example, comment: Commenting) -> None:
    """Comments all reported lines together."""
    changed = commented(sources(example), reported_lines(example), comment)
    assert not found(page, changed), "\n".join(changed.values())


def sources(example: Example) -> dict[str, str]:
    return {file.path: without_markers(file.text) for file in example.files}


def reported_lines(example: Example) -> Iterator[Place]:
    for file in example.files:
        lines = {marker.line for marker in markers(file.text) if not marker.missed}
        yield from ((file.path, line) for line in sorted(lines))


def found(page: Page, files: Mapping[str, str]) -> list[Finding]:
    report = testing.run(files, select=[page.name])
    assert not report.problems
    return [
        Finding(rule=at.rule, path=at.path, span=at.span, message=at.message)
        for at in report.findings
    ]


def commented(
    files: Mapping[str, str], places: Iterable[Place], comment: Commenting
) -> dict[str, str]:
    lines = {path: text.split("\n") for path, text in files.items()}
    for path, line in places:
        lines[path][line - 1] = comment(lines[path][line - 1])
    return {path: "\n".join(content) for path, content in lines.items()}


def statement(text: str, line: int) -> Lines:
    """First and last line of the simple statement or the header that a line belongs to."""
    extents = [extent(node) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]
    around = [(first, last) for first, last in extents if first <= line <= last]
    return min(around, key=lambda lines: lines[1] - lines[0], default=(line, line))


def extent(node: ast.stmt) -> Lines:
    body: list[ast.stmt] = getattr(node, "body", [])
    if not body:
        return node.lineno, node.end_lineno or node.lineno
    return first_line(node), max(node.lineno, first_line(body[0]) - 1)


def first_line(node: ast.stmt) -> int:
    """Of the first decorator, where there is one."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])
