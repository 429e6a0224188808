"""Background tasks: what is added to which collection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from fastlint.project.frameworks.fastapi import BACKGROUND, Application, argument_of
from fastlint.project.objects import ClassObject, Frame, Instance, Objects
from fastlint.project.sites import Sites
from fastlint.project.types import Types
from fastlint.summaries import Attribute, Call, Expression, Name

_COLLECTION = "starlette.background.BackgroundTasks"


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A function that is made a background task, by `add_task` or by `BackgroundTask(...)`."""

    function: Expression
    call: Call
    frame: Frame

    @property
    def collection(self) -> Expression | None:
        """What it is added to; None for a task by itself."""
        match self.call.callee:
            case Attribute(value=value, name="add_task"):
                return value
        return None


class Backgrounds:
    """The background tasks of a project."""

    def __init__(self, application: Application, types: Types, sites: Sites) -> None:
        self._sites = sites
        self._application = application
        self._types = types

    @cached_property
    def added(self) -> tuple[Task, ...]:
        """Every function that is made a background task."""
        return tuple(self._added())

    def _added(self) -> Iterator[Task]:
        for call, frame in self._adding():
            function = argument_of(call, "func", 0)
            if function is not None:
                yield Task(function, call, frame)

    def _adding(self) -> Iterator[tuple[Call, Frame]]:
        for call, frame, owner in self._sites.methods("add_task"):
            if self.are_tasks(self._types.evaluate(owner, frame)):
                yield call, frame
        for call, frame, _ in self._sites.making(BACKGROUND):
            if self.is_task(call, frame):
                yield call, frame

    def are_tasks(self, objects: Objects) -> bool:
        """Whether these are background tasks, and nothing else."""
        return bool(objects) and all(
            isinstance(item, Instance) and self._types.classes.derives_from(item.cls, BACKGROUND)
            for item in objects
        )

    def is_task(self, call: Call, frame: Frame) -> bool:
        """Whether a call makes one task."""
        return self._makes(call, frame) == (True, False)

    def is_collection(self, call: Call, frame: Frame) -> bool:
        """Whether a call makes a collection of tasks."""
        return self._makes(call, frame) == (True, True)

    def _makes(self, call: Call, frame: Frame) -> tuple[bool, bool]:
        match call.callee:
            case Name(id=name) | Attribute(name=name) if name[:1].isupper():
                pass
            case _:
                return False, False
        classes = self._types.classes
        match self._types.evaluate(call.callee, frame):
            case (ClassObject(cls=cls),):
                return classes.derives_from(cls, BACKGROUND), classes.derives_from(cls, _COLLECTION)
        return False, False
