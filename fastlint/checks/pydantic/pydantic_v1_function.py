"""Functions of Pydantic 1 that `TypeAdapter` and `validate_call` replace."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)

_FUNCTIONS = {
    "parse_obj_as": "TypeAdapter(T).validate_python(data)",
    "schema_json_of": "json.dumps(TypeAdapter(T).json_schema())",
    "schema_of": "TypeAdapter(T).json_schema()",
    "validate_arguments": "validate_call",
}


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Calls, and `validate_arguments` as a bare decorator."""
    for name, instead in _FUNCTIONS.items():
        for used in project.pydantic.calls(f"pydantic.{name}"):
            yield project.finding(
                used.module,
                used.call.start,
                used.call.end,
                _message(name),
                help=f"write `{instead}`",
                symbol=used.frame.block.qualname,
            )
    for item in project.pydantic.decorations:
        if item.kind == "validate_arguments" and item.call is None:
            yield project.finding(
                item.function.module,
                *item.place,
                _message(item.kind),
                help="write `@validate_call`",
                symbol=item.symbol,
            )


def _message(name: str) -> str:
    instead = "validate_call" if name == "validate_arguments" else "TypeAdapter"
    return f"`{name}` is deprecated in Pydantic 2: write `{instead}`"
