"""How time and memory grow with the project: whole runs, as a user starts them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import count_lines


@dataclass(frozen=True)
class Measure:
    seconds: float
    peak: int
    """Resident memory of the largest process, in bytes."""


def measure(project: Path, jobs: int) -> Measure:
    """Runs fastlint on `project` in a fresh process."""
    command = [sys.executable, "-m", "fastlint", ".", "--jobs", str(jobs), "--quiet"]
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode < 0 or process.returncode > 2:
        raise SystemExit(f"fastlint ended with {process.returncode} on {project}")
    return Measure(seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


def report(projects: Sequence[Path], jobs: int) -> None:
    """Prints a row for every project and number of jobs."""
    print(f"{'project':28}{'kLOC':>8}{'--jobs':>8}{'seconds':>9}{'kLOC/s':>8}{'peak MB':>9}")
    for project in projects:
        lines = count_lines(project)
        for count in sorted({1, jobs}):
            took = measure(project, count)
            print(
                f"{project.name:28}{lines / 1000:8.1f}{count:8}{took.seconds:9.2f}"
                f"{lines / 1000 / took.seconds:8.1f}{took.peak / 1e6:9.0f}",
                flush=True,
            )
