"""Functions of Pydantic 1 that `TypeAdapter` and others replace."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.objects import Frame
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)

_FUNCTIONS = {
    "pydantic.parse_obj_as": ("TypeAdapter", "TypeAdapter(T).validate_python(data)"),
    "pydantic.schema_json_of": ("TypeAdapter", "json.dumps(TypeAdapter(T).json_schema())"),
    "pydantic.schema_of": ("TypeAdapter", "TypeAdapter(T).json_schema()"),
    "pydantic.validate_arguments": ("validate_call", "validate_call"),
}
_ENCODERS = {
    f"pydantic.json.{name}": ("pydantic_core.to_jsonable_python",) * 2
    for name in ("custom_pydantic_encoder", "pydantic_encoder", "timedelta_isoformat")
}


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Calls, `validate_arguments` as a bare decorator, and encoders that are passed."""
    for name in (*_FUNCTIONS, *_ENCODERS):
        for used in project.pydantic.calls(name):
            yield _finding(name, used.frame, (used.call.start, used.call.end), project)
    for name, argument, frame in project.pydantic.passed(*_ENCODERS):
        yield _finding(name, frame, frame.module.place(argument) or (0, 0), project)
    for item in project.pydantic.decorations:
        if item.kind == "validate_arguments" and item.call is None:
            yield _finding("pydantic.validate_arguments", item.frame, item.place, project)


def _finding(
    name: str, frame: Frame, place: tuple[int, int], project: Project[NoOptions]
) -> Finding:
    instead, written = (_FUNCTIONS | _ENCODERS)[name]
    short = name.rpartition(".")[2]
    return project.finding(
        frame.module,
        *place,
        f"`{short}` is deprecated in Pydantic 2: write `{instead}`",
        help=f"write `{written}`",
        symbol=frame.block.qualname,
    )
