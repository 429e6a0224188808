"""Libraries that something maintained has taken the place of."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.objects import Frame
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Import

rule = Rule(__name__)

_SUCCESSORS = {
    "aioredis": "`redis.asyncio`, which it has become a part of",
    "databases": "`sqlalchemy.ext.asyncio`",
    "fastapi.middleware.wsgi": "`a2wsgi`",
    "httpx": "`httpx2`, which has the same interface",
    "motor": "`pymongo.AsyncMongoClient`, which it has become a part of",
    "passlib": "`pwdlib`, or `bcrypt` and `argon2-cffi` themselves",
    "starlette.middleware.wsgi": "`a2wsgi`",
}
"""By module."""


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Once for each file, at the first import."""
    seen: set[tuple[str, str]] = set()
    for frame in project.types.generic_frames():
        for library, imported in _imports(frame, project):
            key = frame.module.path, library
            if key in seen:
                continue
            seen.add(key)
            yield project.finding(
                frame.module,
                imported.start,
                imported.end,
                f"`{library}` has a successor that is maintained",
                help=f"use {_SUCCESSORS[library]}",
            )


def _imports(frame: Frame, project: Project[NoOptions]) -> Iterator[tuple[str, Import]]:
    for binding in frame.block.bindings:
        match binding.value:
            case Import(module=module, level=0) as imported:
                library = _library(imported.full or module)
                if library and project.symbols.find(module, frame.module) is None:
                    yield library, imported


def _library(module: str) -> str | None:
    return next((name for name in _SUCCESSORS if f"{module}.".startswith(f"{name}.")), None)
