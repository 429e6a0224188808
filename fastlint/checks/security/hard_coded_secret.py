"""Keys of tokens and sessions that stand in the code."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.catalogues import ClassEntry
from fastlint.diagnostics import Finding, Step
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import Middleware, argument_of
from fastlint.project.objects import ClassObject, Frame, LibraryClass
from fastlint.project.uses import LibraryArgument
from fastlint.project.values import Constant
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Boolean, Expression, Literal

rule = Rule(__name__)

_PUBLIC = ("-----BEGIN PUBLIC KEY", "-----BEGIN RSA PUBLIC KEY", "-----BEGIN CERTIFICATE")


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Once for each key, where it is written; tests may have keys of their own."""
    seen: set[tuple[str, int]] = set()
    for used in _keys(project):
        if used.frame.module.is_test:
            continue
        for key in _written_out(used.expression, used.frame, project):
            place = key.place
            start, end = (getattr(place.expression, name, 0) for name in ("start", "end"))
            if (place.module.path, start) in seen or place.module.is_test:
                continue
            seen.add((place.module.path, start))
            module = used.frame.module
            span = module.span(used.call.start, used.call.end)
            yield project.finding(
                place.module,
                start,
                end,
                f"a key of `{used.callee}` stands in the code",
                help='read it from the environment, without a default: `os.environ["SECRET_KEY"]`, '
                "or a setting `secret_key: SecretStr`",
                related=(Step(module.path, span, "it is used here"),),
            )


@rule.on_project
def check_empty_keys(project: Project[NoOptions]) -> Iterator[Finding]:
    """An empty text in the place of a key, which everybody knows. What verifies nothing is
    given one on purpose."""
    for used in _keys(project):
        given = used.expression
        if used.frame.module.is_test or argument_of(used.call, "options") is not None:
            continue
        if isinstance(given, Literal) and given.value in ("", b""):
            yield project.finding(
                used.frame.module,
                given.start,
                given.end,
                f"the key of `{used.callee}` is empty",
                help="give it a long random key, which is read from the environment",
            )


def _keys(project: Project[NoOptions]) -> Iterator[LibraryArgument]:
    yield from project.uses.arguments("secrets")
    for middleware in project.application.middleware:
        yield from _keys_of(middleware)


def _keys_of(middleware: Middleware) -> Iterator[LibraryArgument]:
    """The keys that a middleware is given through `add_middleware` or `Middleware`."""
    for target in middleware.targets:
        match target:
            case ClassObject(cls=LibraryClass(name=name, entry=ClassEntry(constructor=made))):
                for spec in made.arguments["secrets"]:
                    given = middleware.argument(spec.keyword or "")
                    positional = argument_of(middleware.call, "", spec.position)
                    if given is None and positional is not None:
                        given = positional, middleware.frame
                    if given is not None:
                        yield LibraryArgument(name, *given, middleware.call)


def _written_out(
    expression: Expression, frame: Frame, project: Project[NoOptions]
) -> Iterator[Constant]:
    """The texts that a key is, or falls back to."""
    source = project.values.source(expression, frame)
    found = project.values.exhaustive(expression, frame)
    if isinstance(source.expression, Boolean) and source.expression.operator == "or":
        found = project.values.exhaustive(source.expression.values[-1], source.frame)
    for value in found:
        if isinstance(value, Constant) and _is_secret(value.value):
            yield value


def _is_secret(value: object) -> bool:
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    return isinstance(value, str) and bool(value) and not value.strip().startswith(_PUBLIC)
