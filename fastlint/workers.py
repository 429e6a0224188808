"""Where heavy, recursive work runs: on a deep stack, and in worker processes.

A file may make the code that reads it fail in any way, down to a crash of the interpreter.
So whatever happens to one item is a `Failure` of that item alone.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Generic, TypeVar, cast

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

Item = TypeVar("Item")
Result = TypeVar("Result")

STACKS = (512 * 2**20, 64 * 2**20)
"""Sizes of the deep stack, in bytes: the second where the system refuses the first. Only
what is used of it takes memory."""

RECURSION_LIMIT = 50_000
"""How deep Python may recurse there: far deeper than CPython's compiler accepts code."""

_SAFE_PATH = "PYTHONSAFEPATH"

PRELOADED = ("fastlint.cli", "fastlint.extraction")
"""Modules that worker processes find loaded, where the start method allows it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An item could not be processed; `reason` says what happened, in one line."""

    reason: str


class WorkersUnavailableError(Exception):
    """The system does not let worker processes run."""


# --- in this process ---------------------------------------------------------------


def attempt(function: Callable[[Item], Result], item: Item) -> Result | Failure:
    """What `function` makes of `item`, or how it failed."""
    try:
        return function(item)
    except Exception as error:  # noqa: BLE001 - the item must not stop the others
        return Failure(description(error))


def description(error: BaseException) -> str:
    """An exception in one line: its type, its message, and the last frame."""
    text = " ".join(f"{type(error).__name__}: {error}".split())
    frames = traceback.extract_tb(error.__traceback__)
    return f"{text} ({frames[-1].filename}:{frames[-1].lineno})" if frames else text


def deep(function: Callable[[], Result]) -> Result:
    """Runs `function` in a thread whose stack is deep enough for any legal nesting of code.

    Waits for it in short intervals, because on Windows an interrupt cannot end a longer one.
    """
    outcome: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(function())
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            errors.append(error)

    with _recursion_limit(RECURSION_LIMIT):
        thread = _started(run)
        while thread.is_alive():
            thread.join(0.1)
    if errors:
        raise errors[0]
    return outcome[0]


def _started(run: Callable[[], None]) -> threading.Thread:
    before = threading.stack_size()
    try:
        for size in STACKS:
            threading.stack_size(size)
            thread = threading.Thread(target=run, daemon=True)
            try:
                thread.start()
            except RuntimeError:  # there is no room for a stack of that size
                continue
            return thread
    finally:
        threading.stack_size(before)
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


@contextmanager
def _recursion_limit(limit: int) -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, limit))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


@contextmanager
def collector_off() -> Iterator[None]:
    """Switches the cyclic garbage collector off: it halves the speed of building trees, and
    finds nothing there that reference counts do not free."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


# --- in worker processes -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Batch(Generic[Item]):
    """Items for one message to a worker, beginning with the one at index `first`. `alone`:
    the item may have killed a worker, and is tried once more in a process of its own."""

    first: int
    items: Sequence[Item]
    alone: bool = False

    def apart(self) -> Iterator[_Batch[Item]]:
        for index, item in enumerate(self.items, self.first):
            yield _Batch(index, (item,), alone=True)


def spread(
    function: Callable[[Item], Result], items: Sequence[Item], jobs: int
) -> Generator[tuple[int, Result | Failure]]:
    """What `function` makes of each item, with its index, in any order; by `jobs` processes.

    `function`, items and results have to be picklable. When a process dies, its items are
    tried again, each in a fresh process; one that kills this too is a Failure. Raises
    WorkersUnavailableError where the system runs no worker process.
    """
    crew = _Crew(function, _batches(items, jobs), jobs)
    try:
        yield from crew.results()
    finally:
        crew.dismiss()


def _batches(items: Sequence[Item], jobs: int) -> Iterator[_Batch[Item]]:
    """Small enough that all workers finish at about the same time."""
    size = max(1, min(32, len(items) // (jobs * 8)))
    for first in range(0, len(items), size):
        yield _Batch(first, items[first : first + size])


class _Crew(Generic[Item, Result]):
    """Worker processes, and the batches that wait for one."""

    def __init__(
        self, function: Callable[[Item], Result], batches: Iterable[_Batch[Item]], jobs: int
    ) -> None:
        self._context = _context()
        self._function = function
        self._jobs = jobs
        self._waiting = deque(batches)
        self._suspects: deque[_Batch[Item]] = deque()
        self._workers: dict[Connection, _Worker[Item]] = {}
        self._retired: list[_Worker[Item]] = []

    def results(self) -> Iterator[tuple[int, Result | Failure]]:
        while self._hire():
            for connection in wait(list(self._workers)):
                yield from self._hear(self._workers[cast(Connection, connection)])

    def dismiss(self) -> None:
        """Ends all processes, those at work by force."""
        for worker in (*self._workers.values(), *self._retired):
            worker.end()

    def _hire(self) -> bool:
        """Starts a worker for every batch that may have one; whether any is at work."""
        while len(self._workers) < self._jobs and (batches := self._suspects or self._waiting):
            worker = _Worker(self._context, self._function, batches.popleft())
            self._workers[worker.connection] = worker
        return bool(self._workers)

    def _hear(self, worker: _Worker[Item]) -> Iterator[tuple[int, Result | Failure]]:
        try:
            answer: list[bytes] | None = worker.connection.recv()
        except (EOFError, OSError):
            yield from self._lose(worker)
            return
        if answer is None:
            worker.ready = True
            return
        yield from enumerate(map(pickle.loads, answer), worker.batch.first)
        if worker.batch.alone or not self._waiting:
            self._retire(worker)
        else:
            worker.give(self._waiting.popleft())

    def _lose(self, worker: _Worker[Item]) -> Iterator[tuple[int, Failure]]:
        if not worker.ready:
            raise WorkersUnavailableError
        self._retire(worker)
        if worker.batch.alone:
            yield worker.batch.first, Failure(f"the worker process died: {worker.death()}")
        else:
            self._suspects.extend(worker.batch.apart())

    def _retire(self, worker: _Worker[Item]) -> None:
        del self._workers[worker.connection]
        worker.connection.close()
        self._retired.append(worker)


class _Worker(Generic[Item]):
    """A process that works on `batch`. It is ready once it has told so."""

    def __init__(
        self,
        context: ForkServerContext | SpawnContext,
        function: Callable[[Item], object],
        batch: _Batch[Item],
    ) -> None:
        self.ready = False
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, function), daemon=True)
        try:
            with _safe_path():
                self.process.start()
        except OSError as error:
            raise WorkersUnavailableError from error
        theirs.close()
        self.give(batch)

    def give(self, batch: _Batch[Item]) -> None:
        self.batch = batch
        with suppress(OSError):  # it is dead, which the next `recv` tells
            self.connection.send(batch.items)

    def death(self) -> str:
        """How the process ended."""
        self.process.join()
        code = self.process.exitcode or 0
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def end(self) -> None:
        if not self.connection.closed:
            self.process.terminate()
            self.connection.close()
        self.process.join()


def _context() -> ForkServerContext | SpawnContext:
    """How worker processes start.

    Not by forking this process: a fork copies locks that other threads hold (the progress
    bar's, an editor's), which deadlocks, and macOS does not support it. The fork server is a
    fresh process without threads that loads fastlint once; forking it gives clean workers
    within milliseconds. Windows can only start each worker from nothing.
    """
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    return context


@contextmanager
def _safe_path() -> Iterator[None]:
    """Processes of Python that start now do not look for modules in the current folder: it is
    the code to be read, and a `queue.py` of the user's would run in place of Python's own."""
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = before


def _work(connection: Connection, function: Callable[[Item], object]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told too, and ends us
    deep(lambda: _serve(connection, function))


def _serve(connection: Connection, function: Callable[[Item], object]) -> None:
    gc.freeze()  # what is loaded stays; the collections below need not look at it
    with collector_off():
        connection.send(None)
        with suppress(EOFError):
            while True:
                items: Sequence[Item] = connection.recv()
                connection.send([_pickled(attempt(function, item)) for item in items])
                gc.collect()


def _pickled(result: object) -> bytes:
    try:
        return pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001 - nested too deeply, above all
        return pickle.dumps(Failure(description(error)))
