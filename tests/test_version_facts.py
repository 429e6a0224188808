"""The versions that rules ask for: the change is there, and was not there before.

Each fact is asked of two real releases, in virtual environments of their own, which takes some
minutes: `.ci/versions` runs these tests.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from fastlint.project.versions import Change

pytestmark = pytest.mark.slow_versions

WARNED = (
    "import warnings\n"
    "with warnings.catch_warnings(record=True) as caught:\n"
    "    warnings.simplefilter('always')\n"
    "    {code}\n"
    "print(any(issubclass(one.category, {category}) for one in caught))\n"
)


def warns(before: str, code: str, category: str = "DeprecationWarning") -> str:
    """A script that tells whether `code` warns."""
    return before + WARNED.format(code=code, category=category)


def refuses(before: str, code: str) -> str:
    """A script that tells whether `code` is a TypeError."""
    return (
        f"{before}try:\n    {code}\nexcept TypeError:\n    print(True)\nelse:\n    print(False)\n"
    )


APP = "from fastapi import FastAPI\napp = FastAPI()\n"
QUERY = "from fastapi import Query\n"
MODEL = "from pydantic import BaseModel, model_validator\nclass Model(BaseModel):\n    x: int = 1\n"
TEMPLATES = (
    "from pathlib import Path\nfrom tempfile import mkdtemp\n"
    "from starlette.requests import Request\nfrom starlette.templating import Jinja2Templates\n"
    "folder = Path(mkdtemp())\n(folder / 'a.html').write_text('')\n"
    "templates = Jinja2Templates(str(folder))\n"
    "request = Request({'type': 'http', 'headers': [], 'method': 'GET', 'path': '/'})\n"
)

FACTS = {
    Change.RETURN_ANNOTATION_IS_MODEL: (
        f"{APP}@app.get('/')\ndef read() -> dict[str, int]: ...\n"
        "print(app.routes[-1].response_model is not None)\n"
    ),
    Change.EXAMPLES: warns(QUERY, "Query(default=None, example='x')"),
    Change.PATTERN: warns(QUERY, "Query(default=None, regex='x')"),
    Change.ON_EVENT_DEPRECATED: warns(APP, "app.on_event('startup')"),
    Change.OPENAPI_PREFIX_REMOVED: refuses(APP, "FastAPI(openapi_prefix='/x')"),
    Change.ROOT_PATH_DEPRECATED: warns(APP, "FastAPI(root_path='/x')", "Warning"),
    Change.UNKNOWN_ARGUMENTS_REFUSED: refuses(QUERY, "Query(default=None, nonsense=1)"),
    Change.TEST_CLIENT_IS_HTTPX: (
        "import httpx\nfrom starlette.testclient import TestClient\n"
        "print(issubclass(TestClient, httpx.Client))\n"
    ),
    Change.TEMPLATES_TAKE_REQUEST: warns(
        TEMPLATES, "templates.TemplateResponse('a.html', {'request': request})"
    ),
    Change.ALLOW_REDIRECTS_REMOVED: (
        "import inspect\nfrom starlette.testclient import TestClient\n"
        "print('allow_redirects' not in inspect.signature(TestClient.get).parameters)\n"
    ),
    Change.STARLETTE_1: (
        "from starlette.applications import Starlette\nprint(not hasattr(Starlette, 'on_event'))\n"
    ),
    Change.PYDANTIC_2: "import pydantic\nprint(hasattr(pydantic.BaseModel, 'model_dump'))\n",
    Change.MODEL_FIELDS_OF_CLASS: warns(MODEL, "Model().model_fields"),
    Change.AFTER_VALIDATOR_OF_INSTANCE: warns(
        MODEL,
        "type('Below', (Model,), {'__module__': 'a', "
        "'check': model_validator(mode='after')(classmethod(lambda cls, self: self))})",
    ),
    Change.CLIENT_APP_REMOVED: (
        "import httpx, inspect\nprint('app' not in inspect.signature(httpx.Client).parameters)\n"
    ),
}
"""By change, a script that prints whether it is there."""

BESIDE = {"starlette": ["httpx<0.28", "jinja2", "requests"]}
"""What a library needs installed for what is asked of it."""


@pytest.mark.parametrize("change", FACTS, ids=lambda change: change.name)
def test_a_change_came_with_its_version(change, tmp_path):
    beside = BESIDE.get(change.library, [])
    since = answer([f"{change.library}=={change.since}", *beside], FACTS[change], tmp_path / "new")
    before = answer([f"{change.library}<{change.since}", *beside], FACTS[change], tmp_path / "old")
    assert (before, since) == ("False", "True")


def answer(requirements: list[str], script: str, folder: Path) -> str:
    """What a script prints where these are installed."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", *requirements], check=True)
    run = subprocess.run([python, "-c", script], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()
