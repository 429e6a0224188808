"""Background tasks: what is added to which collection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from fastlint.project.changes import root
from fastlint.project.frameworks.fastapi import (
    BACKGROUND,
    RESPONSE,
    Application,
    argument_of,
)
from fastlint.project.objects import ClassObject, Frame, Instance, Objects
from fastlint.project.sites import Sites
from fastlint.project.types import Types
from fastlint.project.values import Values
from fastlint.project.wording import written
from fastlint.summaries import (
    Attribute,
    BindingKind,
    Call,
    Expression,
    Name,
    ParameterValue,
    Return,
)

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

    def __init__(
        self, application: Application, types: Types, sites: Sites, values: Values
    ) -> None:
        self._sites = sites
        self._values = values
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

    # --- what becomes of a collection ---

    def is_forgotten(self, owner: Expression, frame: Frame) -> bool:
        """Whether tasks are made in a block, and nothing but `add_task` is done with them."""
        if not isinstance(owner, Name) or len(owner.definitions) != 1:
            return False
        binding = frame.block.bindings[owner.definitions[0]]
        if binding.kind is not BindingKind.ASSIGNED or not isinstance(binding.value, Call):
            return False
        if not self.is_collection(binding.value, frame):
            return False
        added = {item.start for item in _receivers(frame, owner.id)}
        uses = [use for use in frame.block.uses if set(use.definitions) & set(owner.definitions)]
        captured = frame.function is not None and frame.function.captures(owner.id)
        return all(use.start in added for use in uses) and not captured

    def are_left_to_fastapi(self, owner: Expression, frame: Frame) -> bool:
        """Whether tasks come from a parameter, and nobody else may run them."""
        return self._are_injected(owner, frame) and not _are_handed_on(owner, frame)

    def _are_injected(self, owner: Expression, frame: Frame) -> bool:
        name = root(owner)
        if name is None or len(name.definitions) != 1:
            return False
        return isinstance(frame.block.bindings[name.definitions[0]].value, ParameterValue)

    def are_displaced(self, task: Task) -> bool:
        """Whether every response of the function around has tasks of its own."""
        returns = task.frame.block.returns
        return bool(returns) and all(self._displaces(item, task) for item in returns)

    def _displaces(self, item: Return, task: Task) -> bool:
        frame = task.frame
        if item.value is None:
            return False
        place = self._values.source(item.value, frame)
        if not isinstance(place.expression, Call) or place.frame is not frame:
            return False
        call = place.expression
        given = argument_of(call, "background")
        if given is None or not self._is_response_class(call, frame):
            return False
        made = self._values.source(given, frame).expression
        owner = "" if task.collection is None else written(task.collection) or ""
        if not isinstance(made, Call) or any(
            (written(argument.value) or "").startswith(owner) for argument in made.arguments
        ):
            return False
        return self.is_task(made, frame) or self.is_collection(made, frame)

    def _is_response_class(self, call: Call, frame: Frame) -> bool:
        return any(
            isinstance(item, ClassObject) and self._types.classes.derives_from(item.cls, RESPONSE)
            for item in self._types.evaluate(call.callee, frame)
        )


def _receivers(frame: Frame, name: str) -> Iterator[Name]:
    for call in frame.block.calls:
        match call.callee:
            case Attribute(value=Name(id=found) as receiver, name="add_task") if found == name:
                yield receiver


def _are_handed_on(owner: Expression, frame: Frame) -> bool:
    """Whether somebody else may run tasks, as `await tasks()` does."""
    name = written(owner)
    return any(
        written(call.callee) == name or any(written(item.value) == name for item in call.arguments)
        for call in frame.block.calls
        if argument_of(call, "background") is None
    )
