"""Origins, as browsers send them (`https://shop.example.com:8443`), and patterns of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice, product
from typing import TypeAlias

# --- origins that are written out ----------------------------------------------------

_ORIGIN = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<host>\[[^\]]*\]|[^/:?#]*)(?::(?P<port>[^/?#]*))?"
    r"(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_WEB = ("http", "https")
_DEFAULT_PORTS = {("http", "80"), ("https", "443")}


def why_never(text: str) -> str | None:
    """Why no browser ever sends this origin; None for what one might, and for wildcards."""
    if text in ("", "*", "null"):
        return None
    if text != text.strip():
        return "it has a blank beside it"
    match = _ORIGIN.fullmatch(text)
    if match is None:
        return "it has no scheme"
    scheme, port = match["scheme"].lower(), match["port"]
    if "*" in match["host"] or "*" in (port or ""):
        return "the `*` in it stands for itself"
    if match["rest"]:
        return "it ends with a slash" if match["rest"] == "/" else "it has a path"
    if (scheme, port) in _DEFAULT_PORTS:
        return f"browsers leave out the port {port}"
    if scheme in _WEB and text != text.lower():
        return "browsers write it in lower case"
    return None


# --- patterns of origins -------------------------------------------------------------

_STRANGERS = ("https://attacker.example", "https://evil.test")
_INTRUDERS = ("evil", ".evil.com", "evil.com", "x.evil.com")
_MOST = 64
"""More combinations of alternatives than this are not looked at."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """An origin that a pattern matches and its author did not mean."""

    origin: str
    part: str
    """what of the pattern lets it in"""
    exists: bool
    """whether it could: no domain ends in `examplexcom`"""


def matches_all(pattern: str) -> bool:
    """Whether a pattern matches every origin, of encrypted sites at least."""
    try:
        return all(re.fullmatch(pattern, stranger) for stranger in _STRANGERS)
    except re.error:
        return False


def stranger(pattern: str) -> Stranger | None:
    """A foreign origin that a pattern matches, rather one that could exist; None where there
    is none that we know of. Every answer was tried on the pattern itself."""
    try:
        compiled = re.compile(pattern)
    except re.error:
        return None
    matched = [one for one in _strangers(pattern) if compiled.fullmatch(one.origin)]
    return max(matched, key=lambda one: one.exists, default=None)


def _strangers(pattern: str) -> Iterator[Stranger]:
    readings = chain.from_iterable(map(_readings, _alternatives(_PIECE.finditer(pattern))))
    for pieces, repeated in product(islice(readings, _MOST), ("", "a")):
        samples = [_sample(piece, repeated) for piece in pieces]
        scheme, gap = _missing("".join(samples))
        for index, piece in enumerate(pieces):
            before, after = scheme + "".join(samples[:index]), "".join(samples[index + 1 :])
            for intruder in _intruders(piece):
                found = Stranger(f"{before}{gap}{intruder}{after}", piece.group(), exists=True)
                yield from _judged(found, meant=before + gap + samples[index] + after)


def _missing(text: str) -> tuple[str, str]:
    """What a pattern leaves to its wildcards: before it, and in place of the one that is
    looked at."""
    if "://" in text:
        return "", ""
    return ("", "://") if text.startswith("http") else ("https://", "")


def _intruders(piece: Piece) -> tuple[str, ...]:
    """What a part of a pattern might let in that was not meant."""
    if piece.group() == ".":
        return ("x",)
    if piece["count"] in (None, "?") or not re.fullmatch(piece["atom"], "e"):
        return ()
    return _INTRUDERS


_HOST = re.compile(r"https?://(?P<host>(?:[a-z0-9-]+\.)*[a-z]+)(?::[0-9]+)?")
_HOSTING = frozenset(
    {
        "azurewebsites.net",
        "firebaseapp.com",
        "fly.dev",
        "github.io",
        "herokuapp.com",
        "netlify.app",
        "ngrok-free.app",
        "ngrok.io",
        "onrender.com",
        "pages.dev",
        "railway.app",
        "vercel.app",
        "web.app",
        "workers.dev",
    }
)
"""Domains below which everybody can put a website."""

_SHARED = ("ac", "co", "com", "edu", "gov", "net", "org")


def _judged(found: Stranger, meant: str) -> Iterator[Stranger]:
    """The stranger, if it is one: a web origin of another domain than what is meant. It can
    exist if its domain ends as that one, or in `com`; an unescaped dot is at fault anyway."""
    match = _HOST.fullmatch(found.origin)
    if match is None or (
        _domain(match["host"]) == _domain(_host(meant)) and not _is_tenant(match["host"])
    ):
        return
    last = match["host"].rpartition(".")[2]
    exists = "." in match["host"] and last in ("com", _host(meant).rpartition(".")[2])
    if exists or found.part == ".":
        yield replace(found, exists=exists)


def _host(origin: str) -> str:
    match = _ORIGIN.fullmatch(origin)
    return match["host"] if match is not None else ""


def _is_tenant(host: str) -> bool:
    """Whether a host is one that anybody gets for the asking, and not just like one's own."""
    name, _, rest = host.partition(".")
    return rest in _HOSTING and name in _INTRUDERS


def _domain(host: str) -> str:
    """The part of a host's name that somebody registered, by rule of thumb."""
    labels = host.strip(".").split(".")
    deep = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SHARED
    return ".".join(labels[-3 if deep else -2 :])


# --- reading patterns ----------------------------------------------------------------

_PIECE = re.compile(
    r"""(?P<atom>
        \(\?(?:[:=!>]|<[=!]|P<\w+>|[aiLmsux-]+[:)]) | \\. | \[\^?\]?(?:\\.|[^\]\\])*\] | .
    )(?P<count>[*+?][?+]?|\{[\d,]+\}\??)?""",
    re.VERBOSE | re.DOTALL,
)
_ANCHORS = ("^", "$", r"\A", r"\Z", r"\b")

Piece: TypeAlias = "re.Match[str]"
"""An atom of a pattern, with how often it may come."""

Branch: TypeAlias = "list[Piece | list[Branch]]"
"""What follows on one another: pieces, and groups with their alternatives."""


def _alternatives(pieces: Iterator[Piece]) -> list[Branch]:
    """The alternatives up to the bracket that closes, or the end."""
    branches: list[Branch] = [[]]
    for piece in pieces:
        match piece["atom"]:
            case ")":
                break
            case "|":
                branches.append([])
            case "(?=" | "(?!" | "(?<=" | "(?<!":
                _alternatives(pieces)
            case str(atom) if atom.startswith("(") and not atom.endswith(")"):
                branches[-1].append(_alternatives(pieces))
            case atom if atom not in _ANCHORS and not atom.startswith("("):
                branches[-1].append(piece)
    return branches


def _readings(branch: Branch) -> Iterator[list[Piece]]:
    """The pieces in a row, for each choice among alternatives."""
    options = (
        list(chain.from_iterable(map(_readings, part))) if isinstance(part, list) else [[part]]
        for part in branch
    )
    for choice in product(*options):
        yield list(chain.from_iterable(choice))


def _sample(piece: Piece, repeated: str) -> str:
    """Something that a piece matches: a dot for a dot, `repeated` for what may be nothing."""
    atom, count = piece["atom"], piece["count"] or ""
    letters = ("a", "1", "-", ".") if count else (".", "a", "1", "-")
    one = next((text for text in letters if re.fullmatch(atom, text)), atom[-1])
    if count[:1] == "*":
        return repeated if one == "a" else ""
    least = re.match(r"\{(\d+)", count)
    return one * int(least[1]) if least else one
