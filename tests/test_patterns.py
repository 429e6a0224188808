"""Patterns of paths, and what they leave out."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from fastlint.patterns import Exclusion, PatternSet, is_pattern, private_ignores


def verdict(patterns: str, path: str, *, directory: bool = False) -> bool | None:
    return PatternSet.parse("/p", patterns.split("\n")).verdict(f"/p/{path}", directory=directory)


@pytest.mark.parametrize("text", ["a", "*.py", "/a/**/b", "!a", "a/", r"\#a", r"\!a"])
def test_a_pattern_is_known(text: str):
    assert is_pattern(text)


@pytest.mark.parametrize("text", ["", "  ", "# a", "!", "/", "[z-a]", "a\\"])
def test_what_can_match_nothing_is_no_pattern(text: str):
    assert not is_pattern(text)


@pytest.mark.parametrize(
    ("patterns", "path", "expected"),
    [
        ("a.py", "x/a.py", True),
        ("/a.py", "x/a.py", None),
        ("x/a.py", "x/a.py", True),
        ("x/a.py", "y/x/a.py", None),
        ("**/x/a.py", "y/x/a.py", True),
        ("x/", "x/a.py", None),
        ("x/", "x", None),
        ("x/**", "x/a.py", True),
        ("*.py\n!a.py", "a.py", False),
        ("!a.py\n*.py", "a.py", True),
        ("a.py \r", "a.py", True),
        ("[z-a]\na.py", "a.py", True),
        ("*", "a.py", True),
    ],
)
def test_the_last_pattern_that_matches_decides(patterns: str, path: str, expected: bool | None):
    assert verdict(patterns, path) is expected


def test_a_pattern_of_folders_matches_folders_only():
    assert verdict("x/", "x", directory=True) is True
    assert verdict("x/", "x", directory=False) is None
    assert verdict("*/", "x/y", directory=True) is True
    assert verdict("*/", "x/y", directory=False) is None


def test_a_pattern_of_what_lies_in_a_folder_does_not_match_the_folder():
    assert verdict("x/**", "x", directory=True) is None
    assert verdict("x/**/", "x", directory=True) is None
    assert verdict("x/**/", "x/y", directory=True) is True
    assert verdict("x/**", "x/y", directory=True) is True


@pytest.mark.parametrize("pattern", ["a.py", "x/", "/x", "x/**", "*", "/x/y/a.py", "y"])
def test_a_file_is_matched_with_the_folders_around_it(pattern: str):
    assert PatternSet.parse("/p", [pattern]).matches("/p/x/y/a.py")


@pytest.mark.parametrize("pattern", ["b.py", "/y", "a.py/", "x/*.py", "p/"])
def test_a_file_is_not_matched_by_what_matches_neither(pattern: str):
    assert not PatternSet.parse("/p", [pattern]).matches("/p/x/y/a.py")


def test_patterns_do_not_speak_of_what_lies_elsewhere():
    assert PatternSet.parse("/p/q", ["*"]).verdict("/p/a.py", directory=False) is None
    assert PatternSet.parse("/p", ["*"]).verdict("/pq/a.py", directory=False) is None


def test_patterns_of_the_outermost_folder_speak_of_everything():
    assert PatternSet.parse("/", ["/a.py"]).verdict("/a.py", directory=False) is True


def test_admitting_a_folder_drops_what_matches_it_and_keeps_the_rest():
    patterns = PatternSet.parse("/p", ["x/", "/x/y", "*_pb2.py"]).admitting("/p/x/y")
    assert patterns.verdict("/p/x/y/a.py", directory=False) is None
    assert patterns.verdict("/p/x/y/a_pb2.py", directory=False) is True


@pytest.fixture
def nowhere() -> Exclusion:
    return Exclusion(PatternSet.parse("/p", ["*_pb2.py"]))


def test_the_innermost_ignore_file_that_speaks_of_a_path_decides(
    tmp_path: Path, nowhere: Exclusion
):
    (tmp_path / "outer").write_text("*.py\n")
    (tmp_path / "inner").write_text("!a.py\n")
    exclusion = nowhere.within("/p", str(tmp_path / "outer"))
    exclusion = exclusion.within("/p/x", str(tmp_path / "inner"))
    assert not exclusion.covers("/p/x/a.py", directory=False)
    assert exclusion.covers("/p/x/b.py", directory=False)


def test_an_ignore_file_does_not_bring_back_what_the_settings_leave_out(
    tmp_path: Path, nowhere: Exclusion
):
    (tmp_path / "ignore").write_text("!a_pb2.py\n")
    exclusion = nowhere.within("/p", str(tmp_path / "ignore"))
    assert exclusion.covers("/p/a_pb2.py", directory=False)


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfa.py", b"a.py\r\nb.py\r\n", b"\xff\na.py\n"])
def test_an_ignore_file_is_read_as_git_reads_it(tmp_path: Path, nowhere: Exclusion, content: bytes):
    (tmp_path / "ignore").write_bytes(content)
    assert nowhere.within("/p", str(tmp_path / "ignore")).covers("/p/a.py", directory=False)


def test_an_ignore_file_that_is_missing_leaves_out_nothing(tmp_path: Path, nowhere: Exclusion):
    assert not nowhere.within("/p", str(tmp_path / "gone")).covers("/p/a.py", directory=False)


# --- the private ignore file of a repository -----------------------------------------


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({".git/HEAD": ""}, ".git/info/exclude", id="repository"),
        pytest.param(
            {".git": "gitdir: store/modules/sub\n", "store/modules/sub/HEAD": ""},
            "store/modules/sub/info/exclude",
            id="submodule",
        ),
        pytest.param(
            {".git": "gitdir: store/worktrees/x\n", "store/worktrees/x/commondir": "../..\n"},
            "store/info/exclude",
            id="worktree",
        ),
    ],
)
def test_the_private_ignore_file_lies_in_the_folder_of_the_repository(
    tmp_path: Path,
    write_files: Callable[[Path, Mapping[str, str]], Path],
    files: Mapping[str, str],
    expected: str,
):
    folder = write_files(tmp_path, files)
    assert Path(private_ignores(str(folder))).resolve() == folder / expected
