"""Arguments that httpx and Starlette's test client do not take any more."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding, Severity
from fastlint.project import Project
from fastlint.project.objects import (
    ClassObject,
    Frame,
    Instance,
    LibraryClass,
    LibraryMethod,
    LibraryObject,
    Object,
    TextObject,
)
from fastlint.project.uses import is_for_some_versions
from fastlint.project.versions import Change
from fastlint.project.wording import written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Argument, Call

rule = Rule(__name__)

_CLIENTS = {"httpx.AsyncClient": "ASGITransport", "httpx.Client": "WSGITransport"}
_TEST_CLIENT = "starlette.testclient.TestClient"
_WITHOUT_BODY = ("delete", "get", "head", "options")
_BODY = ("content", "data", "files", "json")
_INTERESTING = {"allow_redirects", "app", "proxies", "timeout", *_BODY}

Fault = tuple[str, str, Severity | None]
"""What is wrong, what to do, and how bad that is."""


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At each argument."""
    for call, frame in project.sites.with_keyword(*_INTERESTING):
        callees = project.types.evaluate(call.callee, frame)
        given = [argument for argument in call.arguments if argument.name in _INTERESTING]
        if len(callees) == 1 and given and not is_for_some_versions(call.guards, frame):
            for argument in given:
                yield from _check(call, callees[0], argument, frame, project)


def _check(
    call: Call, callee: Object, argument: Argument, frame: Frame, project: Project[NoOptions]
) -> Iterator[Finding]:
    fault: Fault | None = None
    match callee:
        case ClassObject(cls=LibraryClass(name=name)) if name in _CLIENTS:
            fault = _fault_of_client(name, argument, project)
        case LibraryObject(name=name) if name.startswith("httpx."):
            fault = _fault_of_client(name, argument, project)
        case ClassObject(cls=LibraryClass(name=name)) if name == _TEST_CLIENT:
            fault = _fault_of_test_client(argument)
        case LibraryMethod(name=name) if name.startswith(f"{_TEST_CLIENT}."):
            fault = _fault_of_request(name.rpartition(".")[2], argument, frame, project)
    if fault is None:
        return
    fact, cure, severity = fault
    yield project.finding(
        frame.module,
        argument.start,
        getattr(argument.value, "end", call.end),
        f"`{argument.name}=` {fact}",
        help=cure,
        severity=severity,
        symbol=frame.block.qualname,
    )


def _fault_of_client(name: str, argument: Argument, project: Project[NoOptions]) -> Fault | None:
    if not project.versions.have(Change.CLIENT_APP_REMOVED):
        return None
    fact = f"is a TypeError since {Change.CLIENT_APP_REMOVED}"
    match argument.name:
        case "app" if name in _CLIENTS:
            app = written(argument.value) or "app"
            return fact, f"write `transport=httpx.{_CLIENTS[name]}(app={app})`", None
        case "proxies":
            return fact, "write `proxy=` for one proxy, `mounts=` for several", None
    return None


def _fault_of_test_client(argument: Argument) -> Fault | None:
    if argument.name in ("allow_redirects", "timeout"):
        cure = "write `follow_redirects=`" if argument.name == "allow_redirects" else "leave it out"
        return "is a TypeError: the test client does not take it", cure, None
    return None


def _fault_of_request(
    method: str, argument: Argument, frame: Frame, project: Project[NoOptions]
) -> Fault | None:
    if argument.name == "allow_redirects":
        if not project.versions.have(Change.ALLOW_REDIRECTS_REMOVED):
            return None
        fact = f"is a TypeError since {Change.ALLOW_REDIRECTS_REMOVED}"
        return fact, "write `follow_redirects=`", None
    if argument.name == "timeout":
        return "is deprecated: the test client does not wait", "leave it out", Severity.WARNING
    if argument.name not in _BODY or not project.versions.have(Change.TEST_CLIENT_IS_HTTPX):
        return None
    if method in _WITHOUT_BODY:
        fact = f"is a TypeError since {Change.TEST_CLIENT_IS_HTTPX}: `{method}` sends no body"
        return fact, f'write `client.request("{method.upper()}", ..., {argument.name}=...)`', None
    if argument.name == "data" and _is_raw(argument, frame, project):
        return "is deprecated for text and bytes", "write `content=`", Severity.WARNING
    return None


def _is_raw(argument: Argument, frame: Frame, project: Project[NoOptions]) -> bool:
    objects = project.types.evaluate(argument.value, frame)
    return bool(objects) and all(
        isinstance(item, TextObject)
        or (isinstance(item, Instance) and item.cls.name in ("builtins.bytes", "builtins.str"))
        for item in objects
    )
