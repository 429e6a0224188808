"""Tokens that are believed without a look at their signature."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import argument_of
from fastlint.project.objects import Frame, Instance, LibraryObject
from fastlint.project.values import Constant, Table
from fastlint.project.wording import written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import (
    Argument,
    Attribute,
    BindingKind,
    Call,
    Expression,
    GuardKind,
    Literal,
    Name,
    Sequence,
    Subscript,
)

rule = Rule(__name__)

_DECODERS = (
    "jose.jwt.decode",
    "jwt.api_jwt.decode",
    "jwt.api_jwt.decode_complete",
    "jwt.decode",
    "jwt.decode_complete",
)
_READERS = ("jose.jwt.get_unverified_claims",)
_HEADER_READERS = (
    "jose.jws.get_unverified_header",
    "jose.jwt.get_unverified_header",
    "jose.jwt.get_unverified_headers",
    "jwt.api_jws.get_unverified_header",
    "jwt.get_unverified_header",
)


class Trust(Enum):
    """What reading a token proves."""

    VERIFIED = "verified"
    UNVERIFIED = "does not verify who signed the token"
    ANY_ALGORITHM = "is not told which `algorithms` may sign the token"
    CHOSEN_ALGORITHM = "lets the token choose the algorithm by which it is verified"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """A function that verifies a token besides may look into it before."""
    for frame, read in _tokens_read(project).items():
        verified = [_parameter(call, frame) for call, _, trust in read if trust is Trust.VERIFIED]
        for call, name, trust in read:
            parameter = _parameter(call, frame)
            if trust is Trust.VERIFIED or parameter in verified:
                continue
            if verified and None in (parameter, *verified):
                continue
            yield project.finding(
                frame.module,
                call.start,
                call.end,
                f"`{name}` {trust.value}",
                help=_cure(trust),
                symbol=frame.block.qualname,
            )


def _parameter(call: Call, frame: Frame) -> str | None:
    """The parameter of the function around that is read as a token; None for anything else."""
    token = _token(call)
    if not isinstance(token, Name):
        return None
    kinds = [binding.kind for binding in frame.block.bindings if binding.name == token.id]
    return token.id if kinds == [BindingKind.PARAMETER] else None


def _token(call: Call) -> Expression | None:
    return argument_of(call, "jwt", 0) or argument_of(call, "token")


def _tokens_read(project: Project[NoOptions]) -> dict[Frame, list[tuple[Call, str, Trust]]]:
    found: dict[Frame, list[tuple[Call, str, Trust]]] = {}
    for call, frame, callees in project.sites.of(*_READERS, *_DECODERS):
        for callee in callees:
            match callee:
                case LibraryObject(name=name) if name in (*_READERS, *_DECODERS):
                    if not _is_harmless(call, frame):
                        trust = _trust(call, frame, name, project)
                        found.setdefault(frame, []).append((call, name, trust))
    return found


def _trust(call: Call, frame: Frame, name: str, project: Project[NoOptions]) -> Trust:
    if name in _READERS:
        return Trust.UNVERIFIED
    if any(argument.stars for argument in call.arguments):
        return Trust.VERIFIED
    options = argument_of(call, "options", 3)
    if options is not None:
        match project.values.constant(options, frame):
            case Table() as table:
                match table.get("verify_signature"):
                    case Constant(value=False):
                        return Trust.UNVERIFIED
            case None:
                return Trust.VERIFIED
    algorithms = argument_of(call, "algorithms", 2)
    missing = algorithms is None or (isinstance(algorithms, Literal) and algorithms.value is None)
    if missing and not _names_algorithm(call, frame, project):
        return Trust.ANY_ALGORITHM
    if algorithms is not None and _is_chosen_by_token(algorithms, call, frame, project):
        return Trust.CHOSEN_ALGORITHM
    return Trust.VERIFIED


def _is_chosen_by_token(
    algorithms: Expression, call: Call, frame: Frame, project: Project[NoOptions]
) -> bool:
    """Whether an algorithm comes out of the token's own header, and nothing is tested before."""
    if any(frame.block.guards[index].kind is GuardKind.TEST for index in call.guards):
        return False
    given = project.values.source(algorithms, frame).expression
    items = given.items if isinstance(given, Sequence) else (given,)
    return any(_is_of_header(item, frame, project) for item in items)


def _is_of_header(item: Expression, frame: Frame, project: Project[NoOptions]) -> bool:
    match project.values.source(item, frame).expression:
        case Call(callee=Attribute(value=header, name="get"), arguments=(Argument(value=key), *_)):
            pass
        case Subscript(value=header, index=key):
            pass
        case _:
            return False
    made = project.values.source(header, frame).expression
    return (
        isinstance(key, Literal)
        and key.value == "alg"
        and isinstance(made, Call)
        and any(
            isinstance(callee, LibraryObject) and callee.name in _HEADER_READERS
            for callee in project.types.evaluate(made.callee, frame)
        )
    )


_HARMLESS = ("aud", "exp", "iat", "iss", "kid", "nbf")
"""Claims by which nobody is recognised."""


def _is_harmless(call: Call, frame: Frame) -> bool:
    """Whether the token is an ID token, which comes from its issuer over TLS, or nothing but a
    claim of no consequence is taken from it."""
    token = _token(call)
    if token is not None and "id_token" in (written(token) or ""):
        return True
    return any(
        isinstance(key, Literal) and key.value in _HARMLESS for key in _keys_taken(call, frame)
    )


def _keys_taken(call: Call, frame: Frame) -> Iterator[Expression]:
    """The keys that are taken of the very call: `jwt.decode(...)["sub"]`."""
    for other in frame.block.calls:
        match other.callee:
            case Attribute(value=value, name="get") if value is call and other.arguments:
                yield other.arguments[0].value
    values = [binding.value for binding in frame.block.bindings]
    for found in (*values, *(item.value for item in frame.block.returns)):
        match found:
            case Subscript(value=value, index=index) if value is call:
                yield index


def _names_algorithm(call: Call, frame: Frame, project: Project[NoOptions]) -> bool:
    """Whether the key is one of PyJWT's, which knows its algorithm."""
    key = argument_of(call, "key", 1)
    return key is not None and any(
        isinstance(item, Instance) and item.cls.name == "jwt.PyJWK"
        for item in project.types.evaluate(key, frame)
    )


def _cure(trust: Trust) -> str:
    if trust is Trust.UNVERIFIED:
        return 'write `jwt.decode(token, key, algorithms=["HS256"])`, with the key of the signer'
    return 'name those that you sign with: `algorithms=["HS256"]`'
