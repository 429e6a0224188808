"""Scopes: which bindings of a name reach its use."""

import pytest

from fastlint.summaries import BindingKind, Name

# --- in order ----------------------------------------------------------------------


def test_the_last_binding_reaches(reaching):
    assert reaching("x = 1\nuse(x)\nx = 2\nuse(x)\n") == [[1], [2]]


def test_nothing_reaches_before_the_first_binding(reaching):
    assert reaching("use(x)\nx = 1\n") == [[]]


def test_both_branches_reach(reaching):
    assert reaching("if a:\n    x = 1\nelse:\n    x = 2\nuse(x)\n") == [[1, 2]]


def test_a_branch_that_may_not_run_keeps_what_was_before(reaching):
    assert reaching("x = 0\nif a:\n    x = 1\nuse(x)\n") == [[0, 1]]


def test_a_branch_sees_its_own_binding(reaching):
    assert reaching("x = 0\nif a:\n    x = 1\n    use(x)\nelse:\n    use(x)\n") == [[1], [0]]


def test_every_branch_of_an_elif_chain_reaches(reaching):
    text = "if a:\n    x = 1\nelif b:\n    x = 2\nelif c:\n    x = 3\nuse(x)\n"
    assert reaching(text) == [[1, 2, 3]]


def test_a_deleted_name_is_not_bound(reaching):
    assert reaching("x = 1\ndel x\nuse(x)\n") == [[]]


def test_deleted_in_one_branch(reaching):
    assert reaching("x = 1\nif a:\n    del x\nuse(x)\n") == [[1]]


def test_names_of_a_tuple(reaching):
    assert reaching("x, (y, *z) = f()\nuse(x)\nuse(y)\nuse(z)\n") == [["unpacked"]] * 3


def test_chained_targets(reaching):
    assert reaching("x = y = 1\nuse(x)\nuse(y)\n") == [[1], [1]]


def test_an_augmented_assignment_rebinds(reaching):
    assert reaching("x = 1\nx += 1\nuse(x)\n") == [["augmented"]]


def test_a_declaration_keeps_the_value(reaching):
    assert reaching("x = 1\nx: int\nuse(x)\n") == [[1, "declared"]]


# --- loops -------------------------------------------------------------------------


def test_a_loop_sees_the_turn_before(reaching):
    assert reaching("x = 0\nfor i in a:\n    use(x)\n    x = 1\nuse(x)\n") == [[0, 1], [0, 1]]


def test_a_loop_variable(reaching):
    assert reaching("for x in a:\n    use(x)\n") == [["loop"]]


def test_a_loop_variable_lives_on(reaching):
    assert reaching("x = 0\nfor x in a:\n    pass\nuse(x)\n") == [[0, "loop"]]


def test_what_break_leaves_with(reaching):
    text = "x = 0\nwhile True:\n    x = 1\n    if a:\n        break\n    x = 2\nuse(x)\n"
    assert reaching(text) == [[1]]


def test_what_continue_carries_on(reaching):
    text = "x = 0\nfor i in a:\n    use(x)\n    if b:\n        x = 1\n        continue\n    x = 2\n"
    assert reaching(text) == [[0, 1, 2]]


def test_else_of_a_loop_runs_without_break(reaching):
    text = "x = 0\nfor i in a:\n    if i:\n        x = 1\n        break\nelse:\n    x = 2\nuse(x)\n"
    assert reaching(text) == [[1, 2]]


def test_nested_loops(reaching):
    text = "x = 0\nwhile n:\n    for i in a:\n        use(x)\n        x = 1\n    x = 2\nuse(x)\n"
    assert reaching(text) == [[0, 1, 2], [0, 2]]


def test_an_asynchronous_loop(reaching):
    assert reaching("async def f():\n    async for x in a:\n        use(x)\n") == [["loop"]]


# --- try, with ---------------------------------------------------------------------


def test_a_handler_sees_all_that_the_body_may_have_bound(reaching):
    text = "x = 0\ntry:\n    x = 1\n    x = 2\nexcept E:\n    use(x)\n"
    assert reaching(text) == [[0, 1, 2]]


def test_after_a_try_what_body_and_handlers_left(reaching):
    text = "try:\n    x = 1\nexcept A:\n    x = 2\nexcept B:\n    x = 3\nuse(x)\n"
    assert reaching(text) == [[1, 2, 3]]


def test_else_of_a_try_follows_the_body(reaching):
    text = "try:\n    x = 1\nexcept A:\n    x = 2\nelse:\n    use(x)\n    x = 3\nuse(x)\n"
    assert reaching(text) == [[1], [2, 3]]


def test_a_handler_that_leaves_does_not_count(reaching):
    text = "def f():\n    try:\n        x = 1\n    except A:\n        return\n    use(x)\n"
    assert reaching(text) == [[1]]


def test_finally_after_a_body_that_returns(reaching):
    text = "def f():\n  x = 0\n  try:\n    x = 1\n    return\n  finally:\n    use(x)\n"
    assert reaching(text) == [[0, 1]]


def test_nothing_runs_behind_a_try_that_always_returns(reaching):
    text = "def f():\n    try:\n        return 1\n    finally:\n        g()\n    use(x)\n"
    assert reaching(text) == []


def test_a_caught_exception(reaching):
    assert reaching("try:\n    f()\nexcept E as x:\n    use(x)\n") == [["except"]]


def test_a_caught_group(reaching):
    assert reaching("try:\n    f()\nexcept* E as x:\n    use(x)\n") == [["except"]]


def test_with_binds(reaching):
    assert reaching("with f() as x, g() as (y, z):\n    use(x)\nuse(z)\n") == [
        ["with"],
        ["unpacked"],
    ]


def test_a_context_manager_may_swallow_what_is_raised(reaching):
    assert reaching("x = 0\nwith suppress(E):\n    x = 1\n    raise E\nuse(x)\n") == [[0, 1]]


# --- match -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern",
    ["x", "[x, y]", "[_, *x]", "{'k': x}", "{**x}", "C(x)", "C(k=x)", "1 | 2 as x", "C(D([x]))"],
)
def test_a_pattern_binds(pattern, reaching):
    assert reaching(f"match a:\n    case {pattern}:\n        use(x)\n") == [["pattern"]]


def test_cases_that_match_everything_leave_nothing_from_before(reaching):
    text = "x = 0\nmatch a:\n    case 1:\n        x = 1\n    case _:\n        x = 2\nuse(x)\n"
    assert reaching(text) == [[1, 2]]


def test_without_a_last_case_what_was_before_stays(reaching):
    assert reaching("x = 0\nmatch a:\n    case 1:\n        x = 1\nuse(x)\n") == [[0, 1]]


def test_a_guarded_last_case_may_not_match(reaching):
    assert reaching("x = 0\nmatch a:\n    case _ if b:\n        x = 1\nuse(x)\n") == [[0, 1]]


# --- expressions -------------------------------------------------------------------


def test_a_walrus_binds(reaching):
    assert reaching("if (x := 1):\n    use(x)\nuse(x)\n") == [[1], [1]]


def test_a_walrus_in_a_comprehension_binds_outside(reaching):
    assert reaching("[x := 1 for i in a]\nuse(x)\n") == [[1]]


def test_a_walrus_in_the_test_of_a_loop(reaching):
    assert reaching("while (x := f()):\n    use(x)\n") == [["assigned"]]


@pytest.mark.xfail(strict=True, reason="the head of a loop does not know what `:=` rebinds")
def test_a_walrus_in_a_loop_reaches_the_next_turn(reaching):
    assert reaching("x = 0\nfor i in a:\n    use(x)\n    f(x := 1)\n") == [[0, 1]]


def test_a_comprehension_does_not_leak(reaching):
    assert reaching("x = 1\n[use(x) for x in a]\nuse(x)\n") == [["loop"], [1]]


def test_the_iterable_of_a_comprehension_is_evaluated_outside(reaching):
    assert reaching("x = 1\n[x for x in use(x)]\n") == [[1]]


def test_a_lambda_sees_its_parameter(reaching):
    assert reaching("x = 1\nf = lambda x: use(x)\n") == [["parameter"]]


def test_a_default_is_evaluated_outside(reaching):
    assert reaching("x = 1\ndef f(x=use(x)):\n    pass\n") == [[1]]


# --- narrowing ---------------------------------------------------------------------


def _narrowed(summary, text):
    """For each `use(x)` of a function, whether it is narrowed: positively, negatively, or not."""
    block = summary(text).functions[0].block
    found = []
    for call in block.calls:
        if isinstance(call.callee, Name) and call.callee.id == "use":
            (index,) = call.arguments[0].value.definitions
            binding = block.bindings[index]
            is_narrowed = binding.kind is BindingKind.NARROWED
            found.append(binding.value.positive if is_narrowed else None)
    return found


def test_isinstance_narrows_both_branches(summary):
    text = "def f(x):\n    if isinstance(x, A):\n        use(x)\n    else:\n        use(x)\n"
    assert _narrowed(summary, text) == [True, False]


def test_an_early_return_narrows_the_rest(summary):
    text = "def f(x):\n    if not isinstance(x, A):\n        return\n    use(x)\n"
    assert _narrowed(summary, text) == [True]


def test_an_early_return_of_the_class_narrows_the_rest(summary):
    text = "def f(x):\n    if isinstance(x, A):\n        return\n    use(x)\n"
    assert _narrowed(summary, text) == [False]


def test_assert_narrows(summary):
    assert _narrowed(summary, "def f(x):\n    assert isinstance(x, A)\n    use(x)\n") == [True]


def test_rebinding_ends_narrowing(summary):
    text = "def f(x):\n    if isinstance(x, A):\n        x = 1\n        use(x)\n"
    assert _narrowed(summary, text) == [None]


# --- what cannot run ---------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    return\n    use(x)\n",
        "def f():\n    raise E\n    use(x)\n",
        "def f():\n    while True:\n        g()\n    use(x)\n",
        "def f():\n    while 1:\n        continue\n    use(x)\n",
        "def f():\n    for i in a:\n        break\n        use(x)\n",
        "def f():\n    if a:\n        return 1\n    else:\n        raise E\n    use(x)\n",
        "def f():\n    assert False\n    use(x)\n",
        "if False:\n    use(x)\n",
        "if 0:\n    use(x)\n",
        "if True:\n    pass\nelse:\n    use(x)\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    use(x)\n",
        "import typing\nif typing.TYPE_CHECKING:\n    use(x)\n",
        "from typing import TYPE_CHECKING\nif not TYPE_CHECKING:\n    pass\nelse:\n    use(x)\n",
    ],
)
def test_code_that_cannot_run_leaves_no_calls(text, reaching):
    assert reaching(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    while True:\n        if a:\n            break\n    use(x)\n",
        "def f():\n    while a:\n        return\n    use(x)\n",
        "def f():\n    for i in a:\n        return\n    use(x)\n",
        "def f():\n    try:\n        return g()\n    except E:\n        pass\n    use(x)\n",
        "def f():\n    with a:\n        return\n    use(x)\n",
        "from typing import TYPE_CHECKING\nif not TYPE_CHECKING:\n    use(x)\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    use(x)\n",
        "if __debug__:\n    use(x)\n",
    ],
)
def test_code_that_can_run_leaves_its_calls(text, reaching):
    assert reaching(text) == [[]]


def test_imports_for_type_checkers_are_bound(summary):
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import B\n"
    (binding,) = [item for item in summary(text).block.bindings if item.name == "B"]
    assert binding.type_checking


def test_a_function_that_returns_everywhere_does_not_fall_through(summary):
    text = "def f(a):\n  if a:\n    return 1\n  raise E\ndef g(a):\n  if a:\n    return\n"
    assert [item.block.falls_through for item in summary(text).functions] == [False, True]


# --- other blocks ------------------------------------------------------------------


def test_a_global_is_bound_in_the_module(summary):
    block = summary("x = 1\ndef f():\n    global x\n    x = 2\n").block
    assert len(block.exit["x"]) == 2


def test_a_nonlocal_is_bound_in_the_function_around(summary):
    text = "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n    return x\n"
    outer = next(item.block for item in summary(text).functions if item.name == "f")
    assert len(outer.exit["x"]) == 2


def test_a_nonlocal_skips_class_bodies(summary):
    text = (
        "def f():\n    x = 1\n    class C:\n        x = 2\n"
        "        def g(self):\n            nonlocal x\n            x = 3\n"
    )
    found = summary(text)
    outer = next(item.block for item in found.functions if item.name == "f")
    assert len(outer.exit["x"]) == 2
    assert len(found.classes[0].block.exit["x"]) == 1


def test_a_name_of_another_block_is_free(summary):
    function = summary("x = 1\ndef f():\n    return x\n").functions[0]
    assert "x" in function.block.free


def test_definitions_of_one_name_are_told_apart(summary):
    names = [item.qualname for item in summary("def f(): ...\ndef f(): ...\n").functions]
    assert names == ["f", "f#2"]


def test_methods_and_nested_functions_carry_what_is_around_them(summary):
    text = "class A:\n    def f(self):\n        def g():\n            return lambda: 1\n"
    names = {item.qualname for item in summary(text).functions}
    assert {"A.f", "A.f.g"} <= names
    assert len(names) == 3
