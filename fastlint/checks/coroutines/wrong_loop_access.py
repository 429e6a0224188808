"""Code that asks for the running event loop where there is none."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding, Severity
from fastlint.project import Project
from fastlint.project.calls import Edge, Way
from fastlint.project.objects import Frame, FunctionObject, object_name
from fastlint.project.wording import name_of_function
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Block, Call, GuardKind

rule = Rule(__name__)

_GET = "asyncio.get_event_loop"
_NEEDING = ("asyncio.create_task", "asyncio.ensure_future", "asyncio.get_running_loop")
_OWN_LOOP = "asyncio.set_event_loop"
_SAME_THREAD = "sqlalchemy.ext.asyncio."
"""What runs what it is given in a greenlet of the same thread."""

_NO_LOOP = "where no event loop runs"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At import, in worker threads, and by the wider name in coroutines."""
    asking = _Asking(project)
    yield from _at_import(project)
    yield from _in_threads(asking, project)
    for call, frame, callees in project.sites.of(_GET):
        if frame.function is not None and frame.function.is_async and len(callees) == 1:
            yield _finding(
                project,
                frame,
                call,
                "`asyncio.get_event_loop` also serves code without a running loop: a coroutine "
                "means `get_running_loop`",
                "write `asyncio.get_running_loop()`",
                severity=Severity.INFO,
            )


def _at_import(project: Project[NoOptions]) -> Iterator[Finding]:
    for call, frame, callees in project.sites.of(*_NEEDING):
        if frame.function is None and len(callees) == 1 and not _is_tried(call, frame):
            message = f"`{object_name(callees[0])}` runs at import, {_NO_LOOP}"
            yield _finding(project, frame, call, message, "do it in a coroutine")


def _in_threads(asking: _Asking, project: Project[NoOptions]) -> Iterator[Finding]:
    """In the functions that run in worker threads, once for each place."""
    seen: set[Call] = set()
    for frame, cure in _threaded(project):
        for site, name in asking.sites(frame):
            if site not in seen:
                seen.add(site)
                message = f"`{name}` runs in a worker thread, {_NO_LOOP}"
                yield _finding(project, frame, site, message, cure)


def _threaded(project: Project[NoOptions]) -> Iterator[tuple[Frame, str]]:
    """The functions that FastAPI runs in threads, and those that the project hands to them."""
    for entry in project.contexts.entries:
        function = entry.frame.function
        if function is not None and not entry.on_loop and not function.is_async:
            yield entry.frame, f"make `{name_of_function(function)}` an `async def` function"
    for item in project.handing.all:
        if not item.offloaded or item.taker.startswith(_SAME_THREAD):
            continue
        match item.objects:
            case (FunctionObject(function=function, certain=True),) if not function.is_async:
                cure = "hand the event loop in: `asyncio.run_coroutine_threadsafe(work(), loop)`"
                yield project.types.generic_frame(function), cure


class _Asking:
    """The code that asks for a loop, itself or further down."""

    def __init__(self, project: Project[NoOptions]) -> None:
        self._calls = project.calls
        self._by_block: dict[Block, list[tuple[Call, str]]] = {}
        for call, frame, callees in project.sites.of(*_NEEDING, _GET, _OWN_LOOP):
            if len(callees) == 1:
                found = self._by_block.setdefault(frame.block, [])
                found.append((call, object_name(callees[0])))

    def sites(self, frame: Frame) -> Iterator[tuple[Call, str]]:
        """The calls of a frame that need a running loop, themselves or further down."""
        if not self._by_block or self._probes(frame):
            return
        yield from self._needed(frame)
        for edge in self._calls.links(frame).edges:
            if isinstance(edge.site, Call) and self._leads_to_loop(edge, {frame}):
                assert edge.target.function is not None
                yield edge.site, name_of_function(edge.target.function)

    def _leads_to_loop(self, edge: Edge, seen: set[Frame]) -> bool:
        target = edge.target
        if edge.way is not Way.RUNS or not edge.certain or target in seen:
            return False
        function = target.function
        if function is None or function.is_generator or self._probes(target):
            return False
        seen.add(target)
        return any(True for _ in self._needed(target)) or any(
            self._leads_to_loop(inner, seen) for inner in self._calls.links(target).edges
        )

    def _needed(self, frame: Frame) -> Iterator[tuple[Call, str]]:
        for call, name in self._by_block.get(frame.block, ()):
            if name != _OWN_LOOP and not _is_tried(call, frame):
                yield call, name

    def _probes(self, frame: Frame) -> bool:
        """Whether it asks first whether a loop runs, or brings its own."""
        return any(
            name == _OWN_LOOP or _is_tried(call, frame)
            for call, name in self._by_block.get(frame.block, ())
        )


def _is_tried(call: Call, frame: Frame) -> bool:
    """Whether an exception handler waits for it."""
    index = frame.block.calls.index(call)
    return any(
        guard.kind is GuardKind.EXCEPT and guard.first <= index < guard.last
        for guard in frame.block.guards
    )


def _finding(
    project: Project[NoOptions],
    frame: Frame,
    call: Call,
    message: str,
    cure: str,
    severity: Severity | None = None,
) -> Finding:
    return project.finding(
        frame.module,
        call.start,
        call.end,
        message,
        help=cure,
        severity=severity,
        symbol=frame.block.qualname,
        entry=project.contexts.entry(frame),
    )
