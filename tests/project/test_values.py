"""Values: constants over files; what is not fixed is unknown."""

import pytest

UNDECIDED = "unknown"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'a'", "a"),
        ("1", 1),
        ("not True", False),
        ("['a', 'b']", ["a", "b"]),
        ("('a',)", ["a"]),
        ("['a', x]", ["a", ...]),
        ("['a', *['b']]", ["a", "b"]),
        ("{'a': 1}", {"a": 1}),
        ("{**{'a': 1}, 'b': 2}", {"a": 1, "b": 2}),
        ("{**{'a': 1}, 'a': 2}", {"a": 2}),
        ("'a' + 'b'", "ab"),
        ("['a'] + ['b']", ["a", "b"]),
        ("f'a{\"b\"}'", "ab"),
        ("'a,b'.split(',')", ["a", "b"]),
        ("{'a': 1}['a']", 1),
        ("['a', 'b'][1]", "b"),
        ("unknown()", UNDECIDED),
        ("x", UNDECIDED),
        ("1 if x else 2", UNDECIDED),
        ("os.environ['A']", UNDECIDED),
        ("os.getenv('A')", UNDECIDED),
    ],
)
def test_expressions(expression, value, values):
    assert values(f"import os\nreveal({expression})\n") == [value]


def test_a_constant_of_another_module(values):
    files = {
        "a.py": "from b import X\nimport b\nreveal(X)\nreveal(b.X)\n",
        "b.py": "from c import *\n",
        "c.py": "X = ['a']\n",
    }
    assert values(files) == [["a"], ["a"]]


def test_a_name_that_is_bound_twice(values):
    assert values("x = 1\nif a:\n    x = 2\nreveal(x)\n") == [UNDECIDED]


def test_a_name_that_is_rebound_in_order(values):
    assert values("x = 1\nx = 2\nreveal(x)\n") == [2]


def test_a_name_that_a_function_assigns(values):
    text = "x = 1\ndef f():\n    global x\n    x = 2\ndef g():\n    reveal(x)\n"
    assert values(text) == [UNDECIDED]


def test_a_parameter(values):
    assert values("def f(x):\n    reveal(x)\n") == [UNDECIDED]


@pytest.mark.parametrize(
    "expression", ["os.getenv('A', 'b')", "os.environ.get('A', 'b')", "os.getenv('A') or 'b'"]
)
def test_the_default_of_a_variable_of_the_environment(expression, project):
    built = project({"a.py": f"import os\nx = {expression}\n"})
    (module,) = built.modules()
    (binding,) = [item for item in module.summary.block.bindings if item.name == "x"]
    frame = built.types.module_frame(module)
    assert "b" in [
        getattr(item, "value", None) for item in built.values.possible(binding.value, frame)
    ]


def test_the_default_of_a_setting(project):
    built = project(
        {
            "a.py": "from pydantic_settings import BaseSettings\n"
            "class Settings(BaseSettings):\n    hosts: list[str] = ['a']\n"
            "settings = Settings()\nx = settings.hosts\n"
        }
    )
    (module,) = built.modules()
    (binding,) = [item for item in module.summary.block.bindings if item.name == "x"]
    (value,) = built.values.possible(binding.value, built.types.module_frame(module))
    assert [item.value for item in value.items] == ["a"]


def test_a_setting_that_the_constructor_is_given(values):
    text = (
        "from pydantic_settings import BaseSettings\n"
        "class Settings(BaseSettings):\n    host: str = 'a'\n"
        "settings = Settings(host='b')\nreveal(settings.host)\n"
    )
    assert values(text) == ["b"]


def test_an_attribute_of_a_class(values):
    assert values("class A:\n    X = 'a'\nreveal(A.X)\n") == ["a"]


def test_values_that_are_defined_by_each_other_end(values):
    files = {"a.py": "from b import y\nx = y\nreveal(x)\n", "b.py": "from a import x\ny = x\n"}
    assert values(files) == [UNDECIDED]


@pytest.mark.parametrize(
    "loop",
    [
        "while n:\n        for i in y:\n            x = x + i\n        x = x + x",
        "while n:\n        for i in y:\n            x = [*x, i]",
        "for i in y:\n        for j in i:\n            while j:\n                x = x or j",
    ],
)
def test_nested_loops_that_rebind_end(loop, values):
    assert values(f"def f(n, y):\n    x = ''\n    {loop}\n    reveal(x)\n") == [UNDECIDED]
