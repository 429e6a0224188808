"""Symbols: what a name means, over modules."""

import pytest


@pytest.mark.parametrize(
    "statement",
    [
        "from app.b import C",
        "from .b import C",
        "from . import b; C = b.C",
        "from app import b as x; C = x.C",
        "import app.b; C = app.b.C",
        "import app.b as x; C = x.C",
        "from ..app.b import C",
    ],
)
def test_ways_to_import(statement, revealed):
    files = {
        "src/app/__init__.py": "",
        "src/app/a.py": f"{statement}\nreveal(C())\n",
        "src/app/b.py": "class C: ...\n",
    }
    if ".." in statement:
        files = {path.replace("src/", "src/top/"): text for path, text in files.items()}
        files["src/top/__init__.py"] = ""
        assert revealed(files) == ["top.app.b.C"]
    else:
        assert revealed(files) == ["app.b.C"]


def test_a_re_export(revealed):
    files = {
        "app/__init__.py": "from .b import C as D\n",
        "app/b.py": "from .c import C\n",
        "app/c.py": "class C: ...\n",
        "main.py": "from app import D\nreveal(D())\n",
    }
    assert revealed(files) == ["app.c.C"]


def test_a_star_import(revealed):
    files = {"a.py": "from b import *\nreveal(C())\n", "b.py": "class C: ...\n"}
    assert revealed(files) == ["b.C"]


def test_a_star_import_brings_what_is_exported(revealed):
    files = {
        "a.py": "from b import *\nreveal(_C())\nreveal(D)\n",
        "b.py": "__all__ = ['_C']\nclass _C: ...\nclass D: ...\n",
    }
    assert revealed(files) == ["b._C", "D"]


def test_a_star_import_brings_no_private_names(revealed):
    files = {"a.py": "from b import *\nreveal(_C())\n", "b.py": "class _C: ...\n"}
    assert revealed(files) == ["?"]


def test_a_star_import_through_a_package(revealed):
    files = {
        "app/__init__.py": "from .b import *\n",
        "app/b.py": "from .c import *\n",
        "app/c.py": "class C: ...\n",
        "main.py": "from app import C\nreveal(C())\n",
    }
    assert revealed(files) == ["app.c.C"]


def test_a_later_definition_hides_what_a_star_brought(revealed):
    files = {"a.py": "from b import *\nclass C: ...\nreveal(C())\n", "b.py": "class C: ...\n"}
    assert revealed(files) == ["a.C"]


def test_modules_that_import_each_other(revealed):
    files = {
        "a.py": "from b import D\nclass C: ...\nreveal(D().c)\n",
        "b.py": "import a\nclass D:\n    def __init__(self):\n        self.c = a.C()\n",
    }
    assert revealed(files) == ["a.C"]


def test_names_that_import_each_other_end(revealed):
    files = {"a.py": "from b import x\nreveal(x)\n", "b.py": "from a import x\n"}
    assert revealed(files)[0] in ("nothing", "?")


def test_star_imports_of_each_other_end(revealed):
    files = {
        "a.py": "from b import *\nreveal(x)\nreveal(C())\n",
        "b.py": "from a import *\nclass C: ...\n",
    }
    assert revealed(files) == ["nothing", "b.C"]


def test_a_namespace_package(revealed):
    files = {
        "pyproject.toml": "",
        "top/inner/b.py": "class C: ...\n",
        "main.py": "from top.inner.b import C\nreveal(C())\n",
    }
    assert revealed(files) == ["top.inner.b.C"]


def test_a_module_of_a_namespace_package_by_from(revealed):
    files = {
        "pyproject.toml": "",
        "top/b.py": "class C: ...\n",
        "main.py": "from top import b\nreveal(b.C())\n",
    }
    assert revealed(files) == ["top.b.C"]


def test_the_same_module_name_in_two_roots(revealed):
    files = {
        "one/pyproject.toml": "",
        "one/config.py": "class One: ...\n",
        "one/main.py": "from config import One\nreveal(One())\n",
        "two/pyproject.toml": "",
        "two/config.py": "class Two: ...\n",
        "two/main.py": "from config import Two\nreveal(Two())\n",
    }
    assert revealed(files) == ["config.One", "config.Two"]


def test_a_standard_module_is_not_one_of_the_project_elsewhere(revealed):
    files = {
        "pyproject.toml": "",
        "app/main.py": "import logging\nreveal(logging)\n",
        "app/core/logging.py": "class C: ...\n",
    }
    assert revealed(files) == ["logging"]


def test_a_module_named_like_the_library_it_imports(revealed):
    files = {
        "app/__init__.py": "",
        "app/redis.py": "import redis\nreveal(redis.Redis())\n",
        "app/main.py": "from app.redis import redis\nreveal(redis.Redis())\n",
    }
    assert revealed(files) == ["redis.Redis", "redis.Redis"]


def test_a_package_imports_its_own_module(revealed):
    files = {
        "app/__init__.py": "from . import b\nreveal(b.C())\n",
        "app/b.py": "class C: ...\n",
    }
    assert revealed(files) == ["app.b.C"]


def test_a_package_imports_a_module_of_its_own_name(revealed):
    files = {
        "app/__init__.py": "from .app import app\nreveal(app)\n",
        "app/app.py": "class C: ...\napp = C()\n",
    }
    assert revealed(files) == ["app.app.C"]


def test_an_opaque_module_is_unknown(revealed):
    files = {"a.py": "import b\nfrom b import C\nreveal(b.x)\nreveal(C())\n", "b.py": "def (:\n"}
    assert revealed(files) == ["?", "?"]


def test_a_module_that_exists_nowhere_is_a_library(revealed):
    assert revealed("import nowhere\nreveal(nowhere.C)\n") == ["nowhere.C"]


def test_an_import_with_a_fallback(revealed):
    text = (
        "try:\n    from redis import Redis as C\nexcept ImportError:\n    class C: ...\n"
        "reveal(C())\n"
    )
    assert revealed(text) == ["redis.Redis | app.C"]


def test_a_name_of_the_module_hides_a_built_in(revealed):
    assert revealed("class list: ...\nreveal(list())\n") == ["app.list"]


def test_a_name_of_a_class_body_is_not_seen_by_its_methods(revealed):
    text = "class A:\n    x = 1\n    def f(self):\n        reveal(x)\nx = ''\n"
    assert revealed(text) == ["str"]


def test_full_names_and_owners(project):
    built = project({"app/__init__.py": "", "app/a.py": "class A:\n    def f(self): ...\n"})
    (function,) = built.functions()
    assert function.full_name == "app.a.A.f"
    assert function.owner is not None
    assert function.owner.full_name == "app.a.A"


def test_every_class_in_the_order_of_files_and_text(project):
    built = project({"b.py": "class C: ...\n", "a.py": "class B: ...\nclass A: ...\n"})
    assert [cls.full_name for cls in built.all_classes()] == ["a.B", "a.A", "b.C"]
