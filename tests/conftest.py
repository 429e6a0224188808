"""What several tests need."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from fastlint import rulebook
from fastlint.rulebook import Rulebook

PLUGIN_PAGE = """\
# {name}

```toml
code = "{code}"
summary = "A plugin says so"
category = "acme"
severity = "warning"
default = "on"
fix = "none"
since = "1.0.0"
```

## Not reported

```py
pass
```
"""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `page` and `example` runs for every example of every page."""
    if {"page", "example"} <= set(metafunc.fixturenames):
        pairs = [(page, example) for page in rulebook.load() for example in page.examples]
        ids = [f"{page.name}: {example.title}" for page, example in pairs]
        metafunc.parametrize(("page", "example"), pairs, ids=ids)


@pytest.fixture(scope="session")
def book() -> Rulebook:
    """All bundled pages."""
    return rulebook.load()


@pytest.fixture
def write_files(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Writes files into a folder of their own, and returns that."""

    def write(files: Mapping[str, str | bytes]) -> Path:
        folder = tmp_path / "files"
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return write


@pytest.fixture
def install_plugin(tmp_path: Path) -> Callable[..., Path]:
    """Writes a plugin into a folder that stands for site-packages, and returns the folder.

    The plugin is the package `name`, with the modules of its category `acme` and a page
    for each code in `pages`.
    """

    def install(name: str, modules: Mapping[str, str], pages: Mapping[str, str]) -> Path:
        site = tmp_path / "site-packages"
        category = site / name / "acme"
        category.mkdir(parents=True)
        for package in (category.parent, category):
            (package / "__init__.py").touch()
        for module, text in modules.items():
            (category / f"{module}.py").write_text(text, encoding="utf-8")
        for rule, code in pages.items():
            page = PLUGIN_PAGE.format(name=rule, code=code)
            (category / f"{rule}.md").write_text(page, encoding="utf-8")
        described = site / f"{name}-1.0.dist-info"
        described.mkdir()
        (described / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\n", encoding="utf-8")
        entry_points = f"[{rulebook.PLUGINS}]\n{name} = {name}\n"
        (described / "entry_points.txt").write_text(entry_points, encoding="utf-8")
        return site

    return install
