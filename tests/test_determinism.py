"""The same bytes, whatever the number of processes, the order of what is named, and the seed
of Python's hashes."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from fastlint.rulebook import SETTINGS, without_markers


@pytest.fixture(scope="module")
def corpus(book, write_files, tmp_path_factory) -> Path:
    """One project of all examples, each with a root of its own."""
    examples = [example for page in book for example in page.examples]
    files = {
        f"example_{number}/{file.path}": without_markers(file.text)
        for number, example in enumerate(examples)
        for file in example.files
        if file.path != SETTINGS
    }
    roots = {f"example_{number}/setup.cfg": "" for number, _ in enumerate(examples)}
    settings = {SETTINGS: "select = ['ALL']\n"}
    folder: Path = tmp_path_factory.mktemp("corpus")
    write_files(folder, files | roots | settings)
    return folder


def checked(corpus: Path, *paths: str, jobs: int = 1, seed: int = 0) -> str:
    command = [sys.executable, "-m", "fastlint", *paths]
    run = subprocess.run(
        [*command, "--output-format=json", f"--jobs={jobs}", "--exit-zero"],
        cwd=corpus,
        env=os.environ | {"PYTHONHASHSEED": str(seed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def expected(corpus) -> str:
    report = checked(corpus, ".")
    assert report.count('"fingerprint"') > 100
    return report


def test_the_number_of_processes(corpus, expected):
    assert checked(corpus, ".", jobs=3) == expected


@pytest.mark.parametrize("seed", [1, 2])
def test_the_seed_of_hashes(corpus, expected, seed):
    assert checked(corpus, ".", seed=seed) == expected


def test_the_order_of_what_is_named(corpus, expected):
    named = sorted(path.name for path in corpus.iterdir() if path.is_dir())
    random.Random(7).shuffle(named)
    assert checked(corpus, *named) == expected
