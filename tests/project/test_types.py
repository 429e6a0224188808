"""Types: what an expression may evaluate to, with no dependency installed."""

import pytest

from fastlint import testing

USER = "class U: ...\nclass V: ...\n"


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("1", "int"),
        ("''", "str"),
        ("f'{x}'", "str"),
        ("None", "None"),
        ("[1]", "list[int]"),
        ("{'a': U()}['a']", "app.U"),
        ("(U(), V())[1]", "app.V"),
        ("[U() for _ in x][0]", "app.U"),
        ("U() if x else V()", "app.U | app.V"),
        ("U() or V()", "app.U | app.V"),
        ("x", "x"),
        ("unknown()", "?"),
        ("(lambda: U())()", "app.U"),
        ("max", "max"),
        ("U", "type[app.U]"),
        ("(y := U())", "app.U"),
    ],
)
def test_expressions(expression, shown, revealed):
    assert revealed(f"{USER}reveal({expression})\n") == [shown]


@pytest.mark.parametrize(
    ("annotation", "shown"),
    [
        ("U", "app.U"),
        ("'U'", "app.U"),
        ("U | None", "app.U | None"),
        ("Optional[U]", "app.U | None"),
        ("Union[U, V]", "app.U | app.V"),
        ("Annotated[U, 1]", "app.U"),
        ("type[U]", "type[app.U]"),
        ("list[U]", "list[app.U]"),
        ("'list[U]'", "list[app.U]"),
        ("Alias", "app.U"),
        ("New", "app.U"),
        ("Any", "?"),
    ],
)
def test_annotations(annotation, shown, revealed):
    text = (
        "from typing import Annotated, Any, NewType, Optional, TypeAlias, Union\n"
        f"{USER}Alias: TypeAlias = U\nNew = NewType('New', U)\n"
        f"def f(x: {annotation}):\n    reveal(x)\n"
    )
    assert revealed(text) == [shown]


@pytest.mark.parametrize(
    ("annotation", "shown"),
    [
        ("Iterator[U]", "app.U"),
        ("Iterable[U]", "app.U"),
        ("Generator[U, None, None]", "app.U"),
        ("list[U]", "app.U"),
        ("tuple[U, ...]", "app.U"),
        ("set[U]", "app.U"),
    ],
)
def test_items(annotation, shown, revealed):
    text = (
        "from collections.abc import Generator, Iterable, Iterator\n"
        f"{USER}def f(xs: {annotation}):\n    for x in xs:\n        reveal(x)\n"
    )
    assert revealed(text) == [shown]


def test_items_of_a_dict(revealed):
    text = f"{USER}def f(d: dict[str, U]):\n    for k, v in d.items():\n        reveal(v)\n"
    assert revealed(text) == ["app.U"]


def test_a_factory_without_annotation(revealed):
    text = f"{USER}def make():\n    u = U()\n    return u\nreveal(make())\n"
    assert revealed(text) == ["app.U"]


def test_a_factory_of_a_factory(revealed):
    text = (
        f"{USER}def outer():\n    def inner():\n        return U()\n    return inner\n"
        "reveal(outer()())\n"
    )
    assert revealed(text) == ["app.U"]


def test_a_recursive_factory_ends(revealed):
    text = f"{USER}def make(n):\n    return make(n - 1) if n else U()\nreveal(make(3))\n"
    assert revealed(text) == ["app.U"]


def test_functions_that_return_each_other_end(revealed):
    text = "def f():\n    return g()\ndef g():\n    return f()\nreveal(f())\n"
    assert len(revealed(text)) == 1


def test_with_as(revealed):
    text = (
        f"{USER}class A:\n    def __enter__(self):\n        return U()\n"
        "    def __exit__(self, *_): ...\nwith A() as x:\n    reveal(x)\n"
    )
    assert revealed(text) == ["app.U"]


def test_with_as_of_a_generator(revealed):
    text = (
        "from contextlib import contextmanager\n"
        f"{USER}@contextmanager\ndef a():\n    yield U()\nwith a() as x:\n    reveal(x)\n"
    )
    assert revealed(text) == ["app.U"]


def test_async_with_as_of_a_generator(revealed):
    text = (
        "from contextlib import asynccontextmanager\n"
        f"{USER}@asynccontextmanager\nasync def a():\n    yield U()\n"
        "async def f():\n    async with a() as x:\n        reveal(x)\n"
    )
    assert revealed(text) == ["app.U"]


def test_awaiting(revealed):
    text = (
        f"{USER}async def a():\n    return U()\nasync def f():\n    reveal(await a())\n"
        "    reveal(a())\n"
    )
    assert revealed(text) == ["app.U", "coroutine app.a"]


# --- dependency injection ----------------------------------------------------------


@pytest.mark.parametrize(
    ("parameter", "body"),
    [
        ("x=Depends(make)", "return U()"),
        ("x=Depends(make)", "yield U()"),
        ("x: Annotated[U, Depends(make)]", "return U()"),
        ("x: Injected", "return U()"),
        ("x: Injected", "yield U()"),
        ("x: U = Depends(make)", "return unknown()"),
    ],
)
def test_a_dependency(parameter, body, revealed):
    files = {
        "deps.py": (
            "from typing import Annotated, Any\nfrom fastapi import Depends\n"
            f"class U: ...\ndef make():\n    {body}\nInjected = Annotated[Any, Depends(make)]\n"
        ),
        "main.py": (
            "from typing import Annotated\nfrom fastapi import Depends, FastAPI\n"
            "from deps import Injected, U, make\napp = FastAPI()\n"
            f"@app.get('/')\nasync def read({parameter}):\n    reveal(x)\n"
        ),
    }
    assert revealed(files) == ["deps.U"]


def test_a_class_as_dependency(revealed):
    text = (
        "from fastapi import Depends\nclass U: ...\n"
        "async def read(x: U = Depends()):\n    reveal(x)\n"
    )
    assert revealed(text) == ["app.U"]


# --- callables ---------------------------------------------------------------------


def test_partial(revealed):
    text = (
        f"from functools import partial\n{USER}def f(a, b):\n    return a\n"
        "reveal(partial(f, U())(1))\n"
    )
    assert revealed(text) == ["app.U"]


def test_cast(revealed):
    text = f"from typing import cast\n{USER}reveal(cast(U, x))\nreveal(cast(list[U], x))\n"
    assert revealed(text) == ["app.U", "list[app.U]"]


def test_cast_to_a_quoted_type(revealed):
    text = f"from typing import cast\n{USER}reveal(cast('list[U]', x))\n"
    assert revealed(text) == ["list[app.U]"]


def test_a_function_of_a_type_variable(revealed):
    text = (
        "from typing import TypeVar\nT = TypeVar('T')\n"
        f"{USER}def same(x: T) -> T:\n    return x\ndef made(cls: type[T]) -> T: ...\n"
        "reveal(same(U()))\nreveal(made(V))\n"
    )
    assert revealed(text) == ["app.U", "app.V"]


def test_a_generic_function_in_new_syntax(revealed):
    text = f"{USER}def made[T](cls: type[T]) -> T: ...\nreveal(made(V))\n"
    assert revealed(text) == ["app.V"]


def test_a_type_alias_in_new_syntax(revealed):
    text = f"{USER}type A = U\ndef f(x: A):\n    reveal(x)\n"
    assert revealed(text) == ["app.U"]


def test_a_cached_function(revealed):
    text = (
        f"from functools import lru_cache\n{USER}@lru_cache\ndef get():\n    return U()\n"
        "reveal(get())\n"
    )
    assert revealed(text) == ["app.U"]


def test_an_unknown_decorator_keeps_the_function_possible(revealed):
    text = f"from nowhere import d\n{USER}@d\ndef get():\n    return U()\nreveal(get())\n"
    assert "app.U" in revealed(text)[0]


def test_a_decorator_of_the_project(revealed):
    text = (
        f"{USER}def d(f):\n    def wrapper(*a):\n        return [f(*a)]\n    return wrapper\n"
        "@d\ndef get():\n    return U()\nreveal(get())\n"
    )
    assert revealed(text) == ["list[app.U]"]


def test_single_dispatch(revealed):
    text = (
        "from functools import singledispatch\n"
        f"{USER}@singledispatch\ndef get(x):\n    return U()\n"
        "@get.register\ndef _(x: int):\n    return V()\n"
        "reveal(get(1))\nreveal(get('a'))\nreveal(get(unknown()))\n"
    )
    assert revealed(text) == ["app.V", "app.U", "app.U | app.V"]


def test_a_session_factory(revealed):
    text = (
        "from sqlalchemy.ext.asyncio import AsyncSession\nfrom sqlalchemy.orm import sessionmaker\n"
        "reveal(sessionmaker(engine, class_=AsyncSession)())\nreveal(sessionmaker(engine)())\n"
    )
    assert revealed(text) == [
        "sqlalchemy.ext.asyncio.AsyncSession",
        "sqlalchemy.orm.Session",
    ]


# --- registries --------------------------------------------------------------------


def test_a_list_that_is_filled(revealed):
    text = f"{USER}xs = []\nxs.append(U())\nfor x in xs:\n    reveal(x)\n"
    assert "app.U" in revealed(text)[0]


def test_a_dict_that_is_filled_by_item(revealed):
    text = f"{USER}xs = {{}}\nxs['a'] = U()\nreveal(xs['a'])\n"
    assert "app.U" in revealed(text)[0]


def test_a_registry_that_another_module_fills(revealed):
    files = {
        "registry.py": "xs = {}\ndef f(k):\n    reveal(xs[k])\n",
        "filling.py": "from registry import xs\nclass U: ...\nxs['a'] = U()\n",
    }
    assert "filling.U" in revealed(files)[0]


def test_a_registry_that_a_decorator_fills(revealed):
    text = (
        "xs = []\ndef register(f):\n    xs.append(f)\n    return f\n"
        "@register\ndef handler():\n    return 1\n"
        "for x in xs:\n    reveal(x)\n"
    )
    assert "def app.handler" in revealed(text)[0]


# --- flow --------------------------------------------------------------------------


def test_isinstance_narrows(revealed):
    text = (
        f"{USER}def f(x: U | V):\n    if isinstance(x, U):\n        reveal(x)\n        return\n"
        "    reveal(x)\n"
    )
    assert revealed(text) == ["app.U", "app.V"]


def test_a_test_for_none_narrows(revealed):
    text = f"{USER}def f(x: U | None):\n    if x is None:\n        return\n    reveal(x)\n"
    assert revealed(text)[0].split(" | ")[0] == "app.U"


def test_rebinding_decides_in_order(revealed):
    text = f"{USER}x = U()\nreveal(x)\nx = V()\nreveal(x)\n"
    assert revealed(text) == ["app.U", "app.V"]


def test_a_global_may_be_what_a_function_assigns(revealed):
    text = f"{USER}x = None\ndef start():\n    global x\n    x = U()\ndef f():\n    reveal(x)\n"
    assert sorted(revealed(text)[0].split(" | ")) == ["None", "app.U"]


def test_state_of_the_application(revealed):
    text = (
        f"from fastapi import FastAPI, Request\n{USER}app = FastAPI()\napp.state.x = U()\n"
        "async def read(request: Request):\n    reveal(request.app.state.x)\n"
    )
    assert "app.U" in revealed(text)[0]


def test_names_that_are_only_like_those_of_libraries(revealed):
    text = "class Session: ...\ndef f(x: Session):\n    reveal(x)\n"
    assert revealed(text) == ["app.Session"]


@pytest.mark.parametrize(
    "loop",
    [
        "while n:\n        for i in y:\n            x = x.f(i)\n        x = [x]",
        "while n:\n        while m:\n            x, y = y, x",
        "for i in x:\n        x = [x for x in x]\n        for j in x:\n            x = j",
        "while x := x.next:\n        x = x or x.next",
    ],
)
def test_loops_that_rebind_end(loop, revealed):
    assert len(revealed(f"def f(x, y, n, m):\n    {loop}\n    reveal(x)\n")) == 1


@pytest.mark.parametrize(
    "made",
    [
        "Client()",
        "Client.__new__(Client)",
        "Client.ready()",
    ],
)
def test_attributes_that_are_set_from_outside(made):
    text = (
        "import requests\n"
        "class Client:\n"
        "    @classmethod\n"
        "    def ready(cls):\n"
        "        client = cls()\n"
        "        client.session = requests.Session()\n"
        "        return client\n"
        "async def f():\n"
        f"    client = {made}\n"
        "    client.session.get('http://a')  # error:\n"
    )
    assert not testing.check({"app.py": text}, select=["blocking-http"])


def test_a_class_that_is_annotated_may_be_one_below():
    text = (
        "import time\n"
        "class Base:\n    def run(self):\n        raise NotImplementedError\n"
        "class Slow(Base):\n    def run(self):\n        time.sleep(1)\n"
        "async def f(kind: type[Base]):\n    kind().run()  # error:\n"
    )
    assert not testing.check({"app.py": text}, select=["blocking-sleep"])


@pytest.mark.parametrize(
    "use", ["last[-1:][0]", "last[:]['a'.find('b')]", "pool['a']", "(lambda: last)()[0]"]
)
def test_items_of_slices_and_of_default_dicts(use):
    text = (
        "import requests\nfrom collections import defaultdict\n"
        "last = [requests.Session()]\npool = defaultdict(requests.Session)\n"
        f"async def f():\n    {use}.get('http://a')  # error:\n"
    )
    assert not testing.check({"app.py": text}, select=["blocking-http"])


@pytest.mark.parametrize(
    "call",
    [
        "run_in_threadpool(make, requests.Session)",
        "asyncio.to_thread(make, kind=requests.Session)",
        "asyncio.get_running_loop().run_in_executor(None, make, requests.Session)",
    ],
)
def test_what_a_function_in_a_thread_returns_for_its_arguments(call):
    text = (
        "import asyncio\nimport requests\nfrom fastapi.concurrency import run_in_threadpool\n"
        "def make(kind):\n    return kind()\n"
        "async def f():\n"
        f"    session = await {call}\n"
        "    session.get('http://a')  # error:\n"
    )
    assert not testing.check({"app.py": text}, select=["blocking-http"])


def test_a_test_for_a_subclass_leaves_a_class():
    text = (
        "import time\n"
        "class Base:\n    def run(self): ...\n"
        "class Slow(Base):\n    def run(self):\n        time.sleep(1)\n"
        "async def f(kind):\n"
        "    if issubclass(kind, Slow):\n        kind().run()  # error:\n"
        "    else:\n        kind().run()\n"
    )
    assert not testing.check({"app.py": text}, select=["blocking-sleep"])
