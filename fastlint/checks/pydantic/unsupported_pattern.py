"""Regular expressions that Pydantic's own engine does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import argument_of
from fastlint.project.frameworks.pydantic import FIELD, PydanticCall
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)

_PARAMETERS = tuple(
    f"fastapi.{name}" for name in ("Body", "Cookie", "File", "Form", "Header", "Path", "Query")
)
_TOKEN = re.compile(
    r"\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]"
    r"|(?P<refused>\\[1-9Z]|\(\?(?:<?[=!]|>|P=\w+\)|\(|#)|\{,\d+\})"
    r"|\\.",
    re.DOTALL,
)
"""A class, an escape, or what Rust's `regex` refuses."""


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Patterns of fields, of constrained strings and of parameters."""
    names = (FIELD, "pydantic.StringConstraints", "pydantic.constr", *_PARAMETERS)
    for used in project.pydantic.calls(*names):
        pattern = argument_of(used.call, "pattern") or (
            argument_of(used.call, "regex") if used.name in _PARAMETERS else None
        )
        text = None if pattern is None else project.values.text(pattern, used.frame)
        refused = None if text is None else _unsupported(text)
        if pattern is None or refused is None or _has_other_engine(used, project):
            continue
        yield project.finding(
            used.module,
            *(used.module.place(pattern) or (used.call.start, used.call.end)),
            f"`{refused}` in a pattern is unknown to Pydantic 2, which raises",
            help='use Python\'s engine: `model_config = ConfigDict(regex_engine="python-re")`, '
            "or `re.compile(...)` as the pattern; or write it without",
            symbol=used.frame.block.qualname,
        )


def _unsupported(pattern: str) -> str | None:
    """What stands in a pattern that Rust's `regex` refuses."""
    refused = (token["refused"] for token in _TOKEN.finditer(pattern))
    return next((text for text in refused if text is not None), None)


def _has_other_engine(used: PydanticCall, project: Project[NoOptions]) -> bool:
    """Whether the model may choose the engine; outside of models, whether any does."""
    if used.name in _PARAMETERS:
        return False
    cls = used.frame.cls
    models = project.pydantic.models if cls is None else [cls]
    configurations = map(project.pydantic.configuration, models)
    return any(item.get("regex_engine") is not None for item in configurations)
