"""Arguments of parameters and applications that FastAPI has given up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastlint.diagnostics import Finding, Severity
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import APPLICATION
from fastlint.project.frameworks.parameters import PARAMETERS, accepts
from fastlint.project.objects import Frame
from fastlint.project.sites import CallSite
from fastlint.project.versions import Change, Versions
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Argument, Call

rule = Rule(__name__)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong about an argument."""

    fact: str
    cure: str
    severity: Severity = Severity.WARNING


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At each argument."""
    for name, site in _calls(project):
        for argument in site.call.arguments:
            fault = _fault(name, argument.name, project.versions) if argument.name else None
            if fault is not None:
                yield _finding(project, site.call, argument, site.frame, fault)


def _calls(project: Project[NoOptions]) -> Iterator[tuple[str, CallSite]]:
    """The calls of the functions of parameters and of applications, and what they call."""
    for name in PARAMETERS:
        for site in project.sites.of(name):
            yield name, site
    for site in project.sites.making(APPLICATION):
        yield APPLICATION, site


def _fault(callee: str, argument: str, versions: Versions) -> Fault | None:
    if callee == APPLICATION:
        return _fault_of_application(argument, versions)
    match argument:
        case "regex" if versions.have(Change.PATTERN):
            return Fault(f"is deprecated since {Change.PATTERN}", "write `pattern=`")
        case "example" if versions.have(Change.EXAMPLES):
            return Fault(f"is deprecated since {Change.EXAMPLES}", "write `examples=[...]`")
        case "regex" | "example":
            return None
    if accepts(callee, argument):
        return None
    cure = _CURES.get(argument, f'write `json_schema_extra={{"{argument}": ...}}`')
    if versions.have(Change.UNKNOWN_ARGUMENTS_REFUSED):
        fact = f"is a TypeError since {Change.UNKNOWN_ARGUMENTS_REFUSED}"
        return Fault(fact, cure, Severity.ERROR)
    if argument in _CURES and versions.have(Change.PYDANTIC_2):
        return Fault("checks nothing: it is written into the schema only", cure)
    return None


_CURES = {
    "allow_mutation": "leave it out: a parameter is not changed anyway",
    "const": 'annotate the parameter with the value: `Literal["..."]`',
    "env": "leave it out: parameters do not come from the environment",
    "max_items": "write `max_length=`",
    "min_items": "write `min_length=`",
    "unique_items": "annotate the parameter with `set[...]`",
}
"""Arguments that did something with Pydantic 1, and what does it now."""


def _fault_of_application(argument: str, versions: Versions) -> Fault | None:
    match argument:
        case "openapi_prefix" if versions.have(Change.OPENAPI_PREFIX_REMOVED):
            fact = f"is a TypeError since {Change.OPENAPI_PREFIX_REMOVED}"
            return Fault(fact, _ROOT_PATH, Severity.ERROR)
        case "openapi_prefix":
            return Fault("is deprecated", "write `root_path=`")
        case "root_path" if versions.have(Change.ROOT_PATH_DEPRECATED):
            return Fault(f"is deprecated since {Change.ROOT_PATH_DEPRECATED}", _ROOT_PATH)
    return None


_ROOT_PATH = "start the server with it: `uvicorn --root-path`, `fastapi run --root-path`"


def _finding(
    project: Project[NoOptions], call: Call, argument: Argument, frame: Frame, fault: Fault
) -> Finding:
    return project.finding(
        frame.module,
        argument.start,
        getattr(argument.value, "end", call.end),
        f"`{argument.name}=` {fault.fact}",
        help=fault.cure,
        severity=fault.severity,
        symbol=frame.block.qualname,
    )
