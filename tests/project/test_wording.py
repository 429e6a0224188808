"""Wording: things are called what their readers call them."""

import pytest

from fastlint.project.wording import name_of_call, name_of_function, name_of_library, written


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("def f(): ...\n", "f"),
        ("class A:\n    def f(self): ...\n", "A.f"),
        ("class A:\n    def __init__(self): ...\n", "A"),
        ("class A:\n    class B:\n        def f(self): ...\n", "B.f"),
        ("lambda: 1\n", "lambda"),
    ],
)
def test_functions(text, name, project):
    (function,) = project({"app.py": text}).functions()
    assert name_of_function(function) == name


def test_a_nested_function_is_called_without_what_is_around_it(project):
    built = project({"app.py": "def f():\n    def g(): ...\n"})
    assert {name_of_function(item) for item in built.functions()} == {"f", "g"}


def test_built_ins_have_no_module():
    assert name_of_library("builtins.open") == "open"
    assert name_of_library("time.sleep") == "time.sleep"


@pytest.mark.parametrize(
    ("text", "source"),
    [("a()", "a"), ("a.b.c()", "a.b.c"), ("a().b()", None), ("a[0]()", None)],
)
def test_what_is_written(text, source, project):
    (module,) = project({"app.py": f"{text}\n"}).modules()
    call = max(module.summary.block.calls, key=lambda item: item.end)
    assert written(call.callee) == source


def test_a_wrapped_function_keeps_its_name(project):
    text = (
        "def d(f):\n    def wrapper():\n        return f()\n    return wrapper\n"
        "@d\ndef g(): ...\ng()\n"
    )
    built = project({"app.py": text})
    (module,) = built.modules()
    call = module.summary.block.calls[-1]
    (callee,) = built.types.evaluate(call.callee, built.types.module_frame(module))
    assert name_of_call(call.callee, callee) == "g"
