"""Classes: bases over files, resolution order, and what an attribute holds."""

import pytest


def _order(built, name):
    cls = next(item for item in built.all_classes() if item.name == name)
    return [item.name for item in built.types.classes.order(cls)]


def test_bases_over_files(project):
    built = project({"a.py": "class A: ...\n", "b.py": "import a\nclass B(a.A): ...\n"})
    assert _order(built, "B") == ["B", "A"]


def test_a_diamond(project):
    text = "class A: ...\nclass B(A): ...\nclass C(A): ...\nclass D(B, C): ...\n"
    assert _order(project({"a.py": text}), "D") == ["D", "B", "C", "A"]


def test_an_impossible_hierarchy_ends(project):
    text = "class A: ...\nclass B(A): ...\nclass C(A, B): ...\n"
    assert set(_order(project({"a.py": text}), "C")) == {"A", "B", "C"}


def test_classes_that_are_each_others_bases_end(project):
    built = project(
        {"a.py": "import b\nclass A(b.B): ...\n", "b.py": "import a\nclass B(a.A): ...\n"}
    )
    assert "A" in _order(built, "A")


def test_bases_of_a_library(project):
    built = project({"a.py": "from pydantic import BaseModel\nclass A(BaseModel): ...\n"})
    assert _order(built, "A")[:2] == ["A", "pydantic.BaseModel"]


def test_an_inherited_method(revealed):
    text = "class A:\n    def f(self):\n        return 1\nclass B(A): ...\nreveal(B().f())\n"
    assert revealed(text) == ["int"]


def test_the_nearest_method_of_a_diamond(revealed):
    text = (
        "class A:\n    def f(self):\n        return 1\n"
        "class B(A): ...\nclass C(A):\n    def f(self):\n        return ''\n"
        "class D(B, C): ...\nreveal(D().f())\n"
    )
    assert revealed(text) == ["str"]


def test_super_follows_the_order_of_the_object(revealed):
    text = (
        "class A:\n    def f(self):\n        return 1\n"
        "class B(A):\n    def f(self):\n        return [super().f()]\n"
        "reveal(B().f())\n"
    )
    assert revealed(text) == ["list[int]"]


def test_an_override_may_run_behind_an_annotation(revealed):
    text = (
        "class A:\n    def f(self):\n        return 1\n"
        "class B(A):\n    def f(self):\n        return ''\n"
        "def g(a: A):\n    reveal(a.f())\n"
    )
    assert revealed(text) == ["int | str"]


def test_a_constructor_is_exact(revealed):
    text = (
        "class A:\n    def f(self):\n        return 1\n"
        "class B(A):\n    def f(self):\n        return ''\n"
        "reveal(A().f())\n"
    )
    assert revealed(text) == ["int"]


def test_implementations_of_a_protocol(revealed):
    text = (
        "from typing import Protocol\n"
        "class P(Protocol):\n    def f(self): ...\n"
        "class A:\n    def f(self):\n        return 1\n"
        "def g(p: P):\n    reveal(p.f())\n"
    )
    assert "int" in revealed(text)[0]


def test_implementations_of_an_abstract_class(revealed):
    text = (
        "from abc import ABC, abstractmethod\n"
        "class P(ABC):\n    @abstractmethod\n    def f(self): ...\n"
        "class A(P):\n    def f(self):\n        return 1\n"
        "def g(p: P):\n    reveal(p.f())\n"
    )
    assert "int" in revealed(text)[0]


@pytest.mark.parametrize("base", ["Generic[T]", None])
def test_a_generic_class(base, revealed):
    head = (
        f"from typing import Generic, TypeVar\nT = TypeVar('T')\nclass R({base}):\n"
        if base
        else "class R[T]:\n"
    )
    text = (
        f"{head}    def get(self) -> T: ...\nclass U: ...\ndef f(r: R[U]):\n    reveal(r.get())\n"
    )
    assert revealed(text) == ["app.U"]


def test_a_subclass_decides_the_parameter_of_its_base(revealed):
    text = (
        "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass U: ...\n"
        "class R(Generic[T]):\n    def get(self) -> T: ...\n"
        "class UR(R[U]): ...\nreveal(UR().get())\n"
    )
    assert revealed(text) == ["app.U"]


# --- attributes --------------------------------------------------------------------


def test_a_store_on_self(revealed):
    text = "class A:\n    def __init__(self):\n        self.x = 1\nreveal(A().x)\n"
    assert revealed(text) == ["int"]


def test_a_store_in_any_method(revealed):
    text = (
        "class A:\n    x = None\n    def start(self):\n        self.x = 1\n"
        "    def f(self):\n        reveal(self.x)\n"
    )
    assert sorted(revealed(text)[0].split(" | ")) == ["None", "int"]


def test_a_store_on_cls(revealed):
    text = (
        "class A:\n    @classmethod\n    def start(cls):\n        cls.x = 1\n"
        "    def f(self):\n        reveal(self.x)\n"
    )
    assert revealed(text) == ["int"]


def test_an_attribute_from_a_parameter(revealed):
    text = (
        "class U: ...\nclass V: ...\n"
        "class A:\n    def __init__(self, x):\n        self.x = x\n"
        "reveal(A(U()).x)\nreveal(A(V()).x)\n"
    )
    assert revealed(text) == ["app.U", "app.V"]


def test_an_annotated_attribute(revealed):
    text = "class U: ...\nclass A:\n    x: U\n    y: list[U]\nreveal(A().x)\nreveal(A().y[0])\n"
    assert revealed(text) == ["app.U", "app.U"]


def test_fields_of_a_data_class(revealed):
    text = (
        "from dataclasses import dataclass\nclass U: ...\n"
        "@dataclass\nclass A:\n    x: U\ndef f(a: A):\n    reveal(a.x)\n"
    )
    assert revealed(text) == ["app.U"]


def test_fields_of_a_named_tuple(revealed):
    text = (
        "from typing import NamedTuple\nclass U: ...\n"
        "class A(NamedTuple):\n    x: U\n    y: int\n"
        "def f(a: A):\n    reveal(a.x)\n    u, n = a\n    reveal(u)\n"
    )
    assert revealed(text) == ["app.U", "app.U"]


def test_an_item_of_a_named_tuple(revealed):
    text = (
        "from typing import NamedTuple\nclass U: ...\n"
        "class A(NamedTuple):\n    x: U\n    y: int\ndef f(a: A):\n    reveal(a[0])\n"
    )
    assert revealed(text) == ["app.U"]


def test_items_of_a_typed_dict(revealed):
    text = (
        "from typing import TypedDict\nclass U: ...\nclass A(TypedDict):\n    x: U\n    y: int\n"
        "def f(a: A):\n    reveal(a['x'])\n    reveal(a['y'])\n"
    )
    assert revealed(text) == ["app.U", "int"]


def test_a_property(revealed):
    text = "class A:\n    @property\n    def x(self):\n        return 1\nreveal(A().x)\n"
    assert revealed(text) == ["int"]


def test_a_cached_property(revealed):
    text = (
        "from functools import cached_property\n"
        "class A:\n    @cached_property\n    def x(self):\n        return 1\nreveal(A().x)\n"
    )
    assert revealed(text) == ["int"]


def test_a_descriptor(revealed):
    text = (
        "class D:\n    def __get__(self, instance, owner):\n        return 1\n"
        "class A:\n    x = D()\nreveal(A().x)\n"
    )
    assert revealed(text) == ["int"]


def test_an_attribute_that_getattr_makes_is_unknown(revealed):
    text = "class A:\n    def __getattr__(self, name): ...\nreveal(A().x)\n"
    assert "?" in revealed(text)[0]


def test_an_attribute_of_an_unknown_base_is_unknown(revealed):
    text = "from nowhere import B\nclass A(B): ...\nreveal(A().x)\n"
    assert revealed(text) == ["?"]


def test_a_static_method(revealed):
    text = (
        "class A:\n    @staticmethod\n    def f():\n        return 1\nreveal(A.f())\n"
        "reveal(A().f())\n"
    )
    assert revealed(text) == ["int", "int"]


def test_a_class_method_as_constructor(revealed):
    text = (
        "class A:\n    @classmethod\n    def make(cls):\n        return cls()\n"
        "class B(A): ...\nreveal(A.make())\nreveal(B.make())\n"
    )
    assert revealed(text) == ["app.A", "app.B"]


def test_calling_an_object(revealed):
    text = "class A:\n    def __call__(self):\n        return 1\nreveal(A()())\n"
    assert revealed(text) == ["int"]
