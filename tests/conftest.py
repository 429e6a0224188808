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


@pytest.fixture(scope="session")
def write_files() -> Callable[[Path, Mapping[str, str | bytes]], Path]:
    """Writes files into a folder, by their paths, and returns the folder."""

    def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return write


@pytest.fixture(scope="session")
def install_plugin(
    write_files: Callable[[Path, Mapping[str, str | bytes]], Path],
) -> Callable[[Path, str, Mapping[str, str], Mapping[str, str]], Path]:
    """Writes a plugin into a folder that stands for site-packages, and returns the folder.

    The plugin is the package `name`, with the modules of its category `acme`, by their names,
    and a page for each rule, by its code.
    """

    def install(
        site: Path, name: str, modules: Mapping[str, str], pages: Mapping[str, str]
    ) -> Path:
        described = f"{name}-1.0.dist-info"
        files = {
            f"{name}/__init__.py": "",
            f"{name}/acme/__init__.py": "",
            f"{described}/METADATA": f"Name: {name}\nVersion: 1.0\n",
            f"{described}/entry_points.txt": f"[{rulebook.PLUGINS}]\n{name} = {name}\n",
        }
        files |= {f"{name}/acme/{module}.py": text for module, text in modules.items()}
        for code, rule in pages.items():
            files[f"{name}/acme/{rule}.md"] = PLUGIN_PAGE.format(name=rule, code=code)
        return write_files(site, files)

    return install
