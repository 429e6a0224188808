"""What a use of `CORSMiddleware` allows, as far as it is known."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Step
from fastlint.project.frameworks.fastapi import Middleware
from fastlint.project.values import Constant, Several, Value, Values


def allows_credentials(middleware: Middleware, values: Values) -> bool:
    """Whether credentials are certainly allowed."""
    written = middleware.argument("allow_credentials")
    if written is None:
        return False
    found = values.exhaustive(*written)
    return bool(found) and all(
        isinstance(value, Constant) and value.value is True for value in found
    )


def listed_origins(middleware: Middleware, values: Values) -> Iterator[list[Constant]]:
    """The origins that are listed, all that are known, for each list that is possible."""
    written = middleware.argument("allow_origins")
    if written is None:
        return
    for value in values.possible(*written):
        if isinstance(value, Several):
            yield [item for item in value.items if isinstance(item, Constant)]


def origin_of(value: Value, middleware: Middleware, message: str) -> Iterator[Step]:
    """Where a value stands, unless that is in the call itself."""
    place, call = value.place, middleware.call
    start, end = getattr(place.expression, "start", 0), getattr(place.expression, "end", 0)
    if place.module is not middleware.frame.module or not call.start <= start <= call.end:
        yield Step(place.module.path, place.module.span(start, end), message)
