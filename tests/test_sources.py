"""Source files: bytes to text and back."""

import codecs
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastlint.diagnostics import Problem, ProblemKind
from fastlint.sources import Location, SourceFile, line_starts, printable, read, reported_path


def location(content: bytes | None, absolute: Path = Path("/nowhere/app/main.py")) -> Location:
    return Location(
        path="app/main.py",
        absolute=absolute,
        module="app.main",
        root=".",
        is_package=False,
        is_stub=False,
        reported=True,
        content=content,
    )


def source(content: bytes) -> SourceFile:
    result = read(location(content))
    assert isinstance(result, SourceFile), result
    return result


def problem(content: bytes) -> Problem:
    result = read(location(content))
    assert isinstance(result, Problem), result
    assert result.kind is ProblemKind.UNREADABLE
    assert result.path == "app/main.py"
    return result


# --- bytes to text -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "text", "encoding", "bom"),
    [
        pytest.param(b"", "", "utf-8", False, id="empty"),
        pytest.param("x = 'é'\n".encode(), "x = 'é'\n", "utf-8", False, id="utf-8"),
        pytest.param(b"\xef\xbb\xbfx = 1\n", "x = 1\n", "utf-8", True, id="byte order mark"),
        pytest.param(b"\xef\xbb\xbf", "", "utf-8", True, id="only a byte order mark"),
        pytest.param(
            b"\xef\xbb\xbf# coding: utf8\n", "# coding: utf8\n", "utf-8", True, id="mark and codec"
        ),
        pytest.param(b"a\r\nb\r\n", "a\r\nb\r\n", "utf-8", False, id="carriage returns"),
        pytest.param(b"a\rb\r", "a\rb\r", "utf-8", False, id="lone carriage returns"),
        pytest.param(b"a\nb\r\nc\rd", "a\nb\r\nc\rd", "utf-8", False, id="mixed line ends"),
        pytest.param(b"\x0ca\n\x0cb\n", "\x0ca\n\x0cb\n", "utf-8", False, id="form feeds"),
        pytest.param(b"\ta\n", "\ta\n", "utf-8", False, id="tabs"),
        pytest.param(b"x = 1", "x = 1", "utf-8", False, id="no final newline"),
        pytest.param(
            "a = '\u2028\x85\x0b'\n".encode(),
            "a = '\u2028\x85\x0b'\n",
            "utf-8",
            False,
            id="separators",
        ),
    ],
)
def test_a_file_is_decoded_without_loss(content: bytes, text: str, encoding: str, bom: bool):
    file = source(content)
    assert (file.text, file.encoding, file.bom) == (text, encoding, bom)
    assert file.encode(file.text) == content
    assert file.is_lossless


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        pytest.param(b"# coding: latin-1\nx = '\xe9'\n", "iso8859-1", id="plain"),
        pytest.param(b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "iso8859-1", id="emacs"),
        pytest.param(b"# vim: set fileencoding=latin-1 :\nx = '\xe9'\n", "iso8859-1", id="vim"),
        pytest.param(b"#!python\n# coding: cp1252\nx = '\xe9'\n", "cp1252", id="second line"),
        pytest.param(b"#!python\r\n# coding: cp1252\r\nx = '\xe9'", "cp1252", id="second of CRLF"),
        pytest.param(b"#!python\r# coding: cp1252\rx = '\xe9'\r", "cp1252", id="second of CR"),
        pytest.param(b"\x0c \n# coding: cp1252\nx = '\xe9'\n", "cp1252", id="behind an empty line"),
        pytest.param(b"# coding: LATIN_1-unix\nx = '\xe9'\n", "iso8859-1", id="line ends named"),
        pytest.param(b"# coding: iso-latin-1-dos\nx = '\xe9'\n", "iso8859-1", id="name of emacs"),
        pytest.param(b"# coding: utf-8-unix\nx = '\xc3\xa9'\n", "utf-8", id="utf-8 with line ends"),
        pytest.param("# coding: koi8-r\nx = 'я'\n".encode("koi8-r"), "koi8-r", id="cyrillic"),
        pytest.param("# coding: gbk\nx = '中'\n".encode("gbk"), "gbk", id="chinese"),
        pytest.param("# coding: utf-7\nx = '€'\n".encode("utf-7"), "utf-7", id="utf-7"),
        pytest.param(
            "# é coding: latin-1\n".encode("latin-1"), "iso8859-1", id="behind other text"
        ),
    ],
)
def test_a_declared_codec_is_used_as_python_does(content: bytes, encoding: str):
    file = source(content)
    compile(content, "main.py", "exec")
    assert file.encoding == encoding
    assert file.text == content.decode(encoding)
    assert file.encode(file.text) == content


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"x = 1\n# coding: latin-1\n", id="behind code"),
        pytest.param(b"\\\n# coding: latin-1\n", id="behind a backslash"),
        pytest.param(b"#\n#\n# coding: latin-1\n", id="on the third line"),
        pytest.param(b"x = 1 # coding: latin-1\n", id="beside code"),
        pytest.param(b"'''\n# coding: latin-1\n'''\n", id="in a string"),
    ],
)
def test_what_only_looks_like_a_declaration_is_none(content: bytes):
    assert source(content).encoding == "utf-8"


def test_new_text_gets_the_bytes_of_the_file():
    assert source(b"# coding: latin-1\n").encode("é") == b"\xe9"
    assert source(codecs.BOM_UTF8 + b"x").encode("é") == codecs.BOM_UTF8 + "é".encode()


def test_new_text_that_the_codec_lacks_is_refused():
    with pytest.raises(UnicodeEncodeError):
        source(b"# coding: latin-1\n").encode("→")


def test_a_file_whose_codec_writes_a_character_in_two_ways_is_not_lossless():
    file = source(b"# coding: iso-2022-jp\n# \x1b$B\x1b(B\n")
    assert file.encode(file.text) != b"# coding: iso-2022-jp\n# \x1b$B\x1b(B\n"
    assert not file.is_lossless


def test_the_digest_is_that_of_the_bytes():
    assert source(b"a\n").digest == source(b"a\n").digest
    assert len({source(content).digest for content in (b"a\n", b"a\r\n", b"\xef\xbb\xbfa\n")}) == 3


def test_a_source_keeps_what_is_known_of_its_location():
    place = location(b"")
    file = source(b"")
    for name in ("path", "absolute", "module", "root", "is_package", "is_stub"):
        assert getattr(file, name) == getattr(place, name)


def test_a_file_is_read_from_the_disk(tmp_path: Path):
    file = tmp_path / "main.py"
    file.write_bytes(b"\xef\xbb\xbfx = 1\r\n")
    result = read(location(None, file))
    assert isinstance(result, SourceFile)
    assert result.text == "x = 1\r\n"


def test_given_content_comes_before_the_file(tmp_path: Path):
    file = tmp_path / "main.py"
    file.write_text("on disk")
    result = read(location(b"typed", file))
    assert isinstance(result, SourceFile)
    assert result.text == "typed"


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_text_survives(text: str):
    content = text.removeprefix("\ufeff").encode()
    file = source(content)
    assert file.encode(file.text) == content


@given(st.binary())
def test_any_bytes_are_a_source_or_a_problem(content: bytes):
    result = read(location(content))
    if isinstance(result, SourceFile):
        assert not result.is_lossless or result.encode(result.text) == content
    else:
        assert result.kind is ProblemKind.UNREADABLE


# --- what cannot be read -------------------------------------------------------------


def test_a_missing_file_is_a_problem(tmp_path: Path):
    result = read(location(None, tmp_path / "gone.py"))
    assert isinstance(result, Problem)
    assert result.kind is ProblemKind.UNREADABLE
    assert result.message == "the file cannot be read: No such file or directory"
    assert result.line is None


def test_a_folder_in_place_of_a_file_is_a_problem(tmp_path: Path):
    result = read(location(None, tmp_path))
    assert isinstance(result, Problem)
    assert result.message == "the file cannot be read: Is a directory"


def test_a_link_that_leads_to_itself_is_a_problem(tmp_path: Path):
    link = tmp_path / "loop.py"
    link.symlink_to(link)
    assert isinstance(read(location(None, link)), Problem)


def test_a_binary_file_is_a_problem_with_a_line():
    found = problem(b"x = 1\r\ny = '\0'\n")
    assert found.message == "the file is binary: it holds a NUL byte"
    assert found.line == 2


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-be", "utf-32", "utf-32-be"])
def test_a_wide_file_is_a_problem_that_names_the_cure(codec: str):
    mark = "" if codec in ("utf-16", "utf-32") else "\ufeff"
    found = problem(f"{mark}x = 1\n".encode(codec))
    assert found.message == "the file is in UTF-16 or UTF-32, not in UTF-8: save it as UTF-8"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_byte_that_is_not_utf_8_is_a_problem_with_its_line(newline: str):
    found = problem(f"x = 1{newline}{newline}y = 'é'{newline}".encode("latin-1"))
    assert found.line == 3
    assert found.message == (
        "byte 0xe9 is not utf-8: save the file as UTF-8, or declare its codec in the first line"
    )


def test_a_byte_that_the_declared_codec_lacks_is_a_problem():
    found = problem(b"# coding: ascii\n\nx = '\xe9'\n")
    assert found.line == 3
    assert found.message.startswith("byte 0xe9 is not ascii: ")


@pytest.mark.parametrize(
    "name", ["foobar", "rot13", "hex", "zlib", "utf-16", "utf-32-le", "cp037", "undefined", "..."]
)
@pytest.mark.parametrize("line", [1, 2])
def test_a_codec_that_python_cannot_use_is_a_problem_with_its_line(name: str, line: int):
    found = problem(b"\n" * (line - 1) + f"# coding: {name}\nx = 1\n".encode())
    assert found.message == f"`{name}` is no codec that Python source can be in"
    assert found.line == line


def test_a_codec_that_contradicts_the_byte_order_mark_is_a_problem():
    found = problem(b"\xef\xbb\xbf# coding: latin-1\n")
    assert found.message == "the file begins with the mark of UTF-8, but declares `latin-1`"
    assert found.line == 1


def test_text_that_is_no_unicode_is_a_problem():
    found = problem(b"# coding: utf-7\nx = '+2AA-'\n")
    assert "utf-7" in found.message


# --- lines ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("", (0,)),
        ("a", (0,)),
        ("a\n", (0, 2)),
        ("a\nb", (0, 2)),
        ("a\r\nb", (0, 3)),
        ("a\rb", (0, 2)),
        ("\r\r\n\n", (0, 1, 3, 4)),
        ("a\x0cb\x0bc\x1cd\x85e\u2028f", (0,)),
        ("é\n→\n", (0, 2, 4)),
    ],
)
def test_lines_begin_behind_the_line_ends_of_python(text: str, starts: tuple[int, ...]):
    assert line_starts(text) == starts


@given(st.text(st.sampled_from("a\r\n\x0c\u2028")))
def test_lines_are_those_that_python_reads(text: str):
    starts = line_starts(text)
    lines = [text[a:b] for a, b in zip(starts, (*starts[1:], len(text)), strict=True)]
    assert [line for line in lines if line] == list(io.StringIO(text, newline=""))


# --- names ---------------------------------------------------------------------------


def test_a_path_is_reported_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    assert reported_path(tmp_path / "sub" / "a" / "b.py") == "a/b.py"
    assert reported_path(tmp_path / "c.py") == "../c.py"
    assert reported_path(tmp_path / "sub") == "."


def test_a_name_that_is_not_utf_8_can_be_printed():
    assert printable("caf\udce9.py") == "caf\ufffd.py"
    assert printable("café.py") == "café.py"
