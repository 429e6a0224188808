"""Calls and effects: which calls of event-loop code reach a blocking one, at any depth."""

import pytest

from fastlint import testing


def check(*texts: str) -> None:
    """The markers of `app.py` (or of `a.py`, `b.py`, ...) are what is reported."""
    names = ["app.py"] if len(texts) == 1 else [f"{letter}.py" for letter in "abcdef"]
    files = dict(zip(names, texts, strict=False))
    assert not testing.check(files, select=["blocking"])


def test_a_direct_call():
    check("import time\nasync def f():\n    time.sleep(1)  # error: 5\n")


def test_a_helper_in_another_file():
    check(
        "from b import g\nasync def f():\n    g()  # error:\n",
        "from c import h\ndef g():\n    h()\n",
        "import time\ndef h():\n    time.sleep(1)\n",
    )


def test_a_coroutine_function_is_reported_once_in_itself():
    check(
        "import time\nasync def g():\n    time.sleep(1)  # error:\nasync def f():\n    await g()\n"
    )


def test_what_nobody_calls_is_silent():
    check("import time\ndef g():\n    time.sleep(1)\n")


def test_a_coroutine_that_is_not_awaited_runs_nothing_of_its_caller():
    check("import time\ndef g():\n    time.sleep(1)\nasync def f():\n    return g\n")


def test_a_higher_order_function_does_not_mix_its_callers():
    check(
        "import time\n"
        "def apply(f):\n    return f()\n"
        "def slow():\n    time.sleep(1)\n"
        "def quick():\n    return 1\n"
        "async def a():\n    apply(slow)  # error:\n"
        "async def b():\n    apply(quick)\n"
    )


def test_recursion_ends_and_is_reported():
    check(
        "import time\n"
        "def even(n):\n    return odd(n - 1)\n"
        "def odd(n):\n    time.sleep(1)\n    return even(n - 1)\n"
        "async def f():\n    even(3)  # error:\n"
    )


def test_recursion_through_an_argument_ends():
    check(
        "import time\n"
        "def again(f, n):\n    f()\n    return again(lambda: f(), n - 1)\n"
        "def slow():\n    time.sleep(1)\n"
        "async def f():\n    again(slow, 3)  # error:\n"
    )


SLOW = "import time\n"


@pytest.mark.parametrize(
    ("body", "use"),
    [
        ("    @property\n    def x(self):\n        time.sleep(1)\n", "A().x"),
        ("    def __add__(self, other):\n        time.sleep(1)\n", "A() + 1"),
        ("    def __eq__(self, other):\n        time.sleep(1)\n", "A() == 1"),
        ("    def __contains__(self, item):\n        time.sleep(1)\n", "1 in A()"),
        ("    def __getitem__(self, key):\n        time.sleep(1)\n", "A()[0]"),
        ("    def __setitem__(self, key, v):\n        time.sleep(1)\n", "A()[0] = 1"),
        ("    def __delitem__(self, key):\n        time.sleep(1)\n", "del A()[0]"),
        ("    def __init__(self):\n        time.sleep(1)\n", "A()"),
        ("    def __call__(self):\n        time.sleep(1)\n", "A()()"),
        ("    @classmethod\n    def make(cls):\n        time.sleep(1)\n", "A.make()"),
        ("    @staticmethod\n    def make():\n        time.sleep(1)\n", "A.make()"),
    ],
)
def test_methods_that_syntax_runs(body, use):
    check(f"{SLOW}class A:\n{body}async def f():\n    {use}  # error:\n")


def test_a_setter():
    check(
        f"{SLOW}class A:\n    @property\n    def x(self):\n        return 1\n"
        "    @x.setter\n    def x(self, value):\n        time.sleep(1)\n"
        "async def f(a: A):\n    a.x = 1  # error:\n"
    )


def test_entering():
    check(
        f"{SLOW}class A:\n    def __enter__(self):\n        time.sleep(1)\n"
        "    def __exit__(self, *_):\n        pass\n"
        "async def f():\n    with A():  # error:\n        pass\n"
    )


def test_leaving():
    check(
        f"{SLOW}class A:\n    def __enter__(self):\n        pass\n"
        "    def __exit__(self, *_):\n        time.sleep(1)\n"
        "async def f():\n    with A():  # error:\n        pass\n"
    )


def test_iterating_an_object():
    check(
        f"{SLOW}class A:\n    def __iter__(self):\n        return self\n"
        "    def __next__(self):\n        time.sleep(1)\n"
        "async def f():\n    for x in A():  # error:\n        pass\n"
    )


def test_iterating_a_generator():
    check(
        f"{SLOW}def g():\n    time.sleep(1)\n    yield 1\n"
        "async def f():\n    for x in g():  # error:\n        pass\n"
    )


def test_making_a_generator_runs_nothing():
    check(f"{SLOW}def g():\n    time.sleep(1)\n    yield 1\nasync def f():\n    return g()\n")


def test_the_post_init_of_a_data_class():
    check(
        f"from dataclasses import dataclass\n{SLOW}@dataclass\nclass A:\n"
        "    def __post_init__(self):\n        time.sleep(1)\nasync def f():\n    A()  # error:\n"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "await asyncio.to_thread(slow)",
        "await asyncio.to_thread(lambda: slow())",
        "await asyncio.get_running_loop().run_in_executor(None, slow)",
        "await run_in_threadpool(slow)",
        "await anyio.to_thread.run_sync(slow)",
        "threading.Thread(target=slow).start()",
        "ThreadPoolExecutor().submit(slow)",
        "await asyncio.to_thread(partial(slow))",
    ],
)
def test_what_is_handed_to_a_thread_is_silent(statement):
    check(
        f"import asyncio, threading, anyio\n{SLOW}"
        "from concurrent.futures import ThreadPoolExecutor\nfrom functools import partial\n"
        "from fastapi.concurrency import run_in_threadpool\n"
        f"def slow():\n    time.sleep(1)\nasync def f():\n    {statement}\n"
    )


def test_what_is_deferred_and_never_consumed_is_silent():
    check(f"{SLOW}def slow(x):\n    time.sleep(x)\nasync def f(xs):\n    return map(slow, xs)\n")


def test_what_is_deferred_and_consumed():
    check(
        f"{SLOW}def slow(x):\n    time.sleep(x)\n"
        "async def f(xs):\n    return list(map(slow, xs))  # error:\n"
    )


def test_what_the_loop_will_call():
    check(
        f"import asyncio\n{SLOW}def slow():\n    time.sleep(1)  # error:\n"
        "async def f():\n    asyncio.get_running_loop().call_soon(slow)\n"
    )


def test_forty_routes_behind_one_decorator():
    routes = "".join(
        f"@app.get('/{n}')\n@logged\nasync def route_{n}():\n    slow_{n}()  # error:\n"
        for n in range(40)
    )
    helpers = "".join(f"def slow_{n}():\n    time.sleep({n + 1})\n" for n in range(40))
    check(
        f"from functools import wraps\nfrom fastapi import FastAPI\n{SLOW}app = FastAPI()\n"
        "def logged(f):\n    @wraps(f)\n    async def wrapper(*args, **kwargs):\n"
        "        return await f(*args, **kwargs)\n    return wrapper\n" + helpers + routes
    )


def test_forty_callers_of_a_decorated_function():
    callers = "".join(f"async def caller_{n}():\n    slow()  # error:\n" for n in range(40))
    check(
        f"from functools import wraps\n{SLOW}"
        "def logged(f):\n    @wraps(f)\n    def wrapper(*args, **kwargs):\n"
        "        return f(*args, **kwargs)\n    return wrapper\n"
        "@logged\ndef slow():\n    time.sleep(1)\n" + callers
    )


def test_forty_functions_of_one_decorator():
    functions = "".join(
        f"@logged\ndef slow_{n}():\n    time.sleep({n + 1})\n"
        f"async def caller_{n}():\n    slow_{n}()  # error:\n"
        for n in range(40)
    )
    check(
        f"from functools import wraps\n{SLOW}"
        "def logged(f):\n    @wraps(f)\n    def wrapper(*args, **kwargs):\n"
        "        return f(*args, **kwargs)\n    return wrapper\n" + functions
    )


def test_code_that_cannot_run_is_silent():
    check(f"{SLOW}async def f():\n    return 1\n    time.sleep(1)\n")


def test_the_trace_leads_to_the_cause():
    files = {
        "a.py": "from b import g\nasync def f():\n    g()\n",
        "b.py": "import time\ndef g():\n    h()\ndef h():\n    time.sleep(1)\n",
    }
    (finding,) = testing.run(files, select=["blocking"]).findings
    assert [(step.path, step.span.line, step.message) for step in finding.trace] == [
        ("b.py", 3, "`g` calls `h`"),
        ("b.py", 5, "`h` calls `time.sleep`"),
    ]


def test_several_causes_behind_one_call_are_counted():
    text = (
        "import time, requests\ndef g():\n    requests.get('')\n    time.sleep(1)\n"
        "async def f():\n    g()\n"
    )
    (finding,) = testing.run({"a.py": text}, select=["blocking"]).findings
    assert finding.message.endswith("and 1 more")


REGISTRY = (
    "class Signal:\n"
    "    def __init__(self):\n        self.handlers = []\n"
    "    def connect(self, handler):\n"
    "        self.handlers.append(handler)\n        return handler\n"
    "    def emit(self):\n        for handler in self.handlers:\n            handler()\n"
    "saved, deleted = Signal(), Signal()\n"
)


def test_a_registry_calls_what_it_was_given_and_not_what_another_one_was():
    check(
        f"{SLOW}{REGISTRY}"
        "def slow():\n    time.sleep(1)\n"
        "def quick():\n    return 1\n"
        "saved.connect(slow)\ndeleted.connect(quick)\n"
        "async def f():\n    saved.emit()  # error:\n"
        "async def g():\n    deleted.emit()\n"
    )


def test_a_registry_that_decorators_and_calls_fill():
    check(
        f"{SLOW}{REGISTRY}"
        "@saved.connect\ndef slow():\n    time.sleep(1)\n"
        "deleted.connect(print)\n"
        "async def f():\n    saved.emit()  # error:\n"
    )


def test_a_pipeline_of_steps_given_at_once_and_one_by_one():
    check(
        f"{SLOW}from collections.abc import Callable\n"
        "class Pipeline:\n"
        "    def __init__(self, *steps: Callable):\n        self.steps = list(steps)\n"
        "    def then(self, step: Callable):\n"
        "        self.steps.append(step)\n        return self\n"
        "    def run(self):\n        for step in self.steps:\n            step()\n"
        "def slow():\n    time.sleep(1)\n"
        "pipeline = Pipeline(print).then(slow)\n"
        "async def f():\n    pipeline.run()  # error:\n"
    )


def test_a_generator_expression_that_a_response_keeps_is_silent():
    check(
        f"from fastapi.responses import StreamingResponse\n{SLOW}"
        "def slow(x):\n    time.sleep(x)\n"
        "async def f(xs):\n    return StreamingResponse((slow(x) for x in xs))\n"
    )


@pytest.mark.parametrize("consumer", ["list", "sum", "''.join", "max", "tuple"])
def test_a_generator_expression_that_is_consumed(consumer):
    check(
        f"{SLOW}def slow(x):\n    time.sleep(x)\n"
        f"async def f(xs):\n    return {consumer}(slow(x) for x in xs)  # error:\n"
    )


def test_what_is_deferred_bound_and_only_looked_at_is_silent():
    check(
        f"{SLOW}def slow(x):\n    time.sleep(x)\n"
        "async def f(xs):\n    lazy = map(slow, xs)\n    return type(lazy)\n"
    )


def test_what_is_deferred_bound_and_consumed():
    check(
        f"{SLOW}def slow(x):\n    time.sleep(x)\n"
        "async def f(xs):\n    lazy = map(slow, xs)  # error:\n    return list(lazy)\n"
    )


def test_what_a_thread_tells_the_loop_to_call():
    check(
        f"import anyio.from_thread\n{SLOW}"
        "def slow():\n    time.sleep(1)  # error:\n"
        "def worker():\n    time.sleep(1)\n    anyio.from_thread.run_sync(slow)\n"
    )


@pytest.mark.parametrize(
    "body",
    [
        "with ExitStack() as stack:\n        stack.enter_context(slow())",
        "with slow():\n        ...",
    ],
)
def test_a_context_manager_that_a_stack_enters(body):
    check(
        f"from contextlib import ExitStack, contextmanager\n{SLOW}"
        "@contextmanager\ndef slow():\n    time.sleep(1)\n    yield\n"
        f"async def f():\n    {body}  # error:\n".replace(":\n        ...  #", ": ...  #")
    )


DECORATOR = (
    "import asyncio\nimport functools\n"
    "def threaded(function=None, *, pool=None):\n"
    "    if function is None:\n"
    "        return functools.partial(threaded, pool=pool)\n"
    "    @functools.wraps(function)\n"
    "    async def wrapper(*args):\n"
    "        return await asyncio.get_running_loop().run_in_executor(pool, function, *args)\n"
    "    return wrapper\n"
)


@pytest.mark.parametrize("decorator", ["threaded", "threaded()", "threaded(pool=None)"])
def test_a_decorator_with_and_without_parentheses(decorator):
    text = (
        f"{SLOW}{DECORATOR}@{decorator}\ndef slow():\n    time.sleep(1)\n"
        "async def f():\n    slow()  # error:\n    await slow()\n"
    )
    assert not testing.check({"app.py": text}, select=["blocking", "unawaited-coroutine"])


def test_what_a_wrapper_wraps():
    check(
        f"import functools\n{SLOW}"
        "def slowly(function):\n    @functools.wraps(function)\n    def wrapper():\n"
        "        time.sleep(1)\n        return function()\n    return wrapper\n"
        "@slowly\ndef quick():\n    return 1\n"
        "async def f():\n    quick()  # error:\n    quick.__wrapped__()\n"
    )


@pytest.mark.parametrize("use", ["JOB.run()", "JOB()", "JOBS['job'].run()"])
def test_callables_that_a_data_class_is_given(use):
    check(
        f"from collections.abc import Callable\nfrom dataclasses import dataclass\n{SLOW}"
        "@dataclass\nclass Job:\n    name: str\n    run: Callable[[], None]\n"
        "    def __call__(self):\n        return self.run()\n"
        "JOB = Job('job', run=lambda: time.sleep(1))\n"
        "OTHER = Job('other', lambda: None)\n"
        "JOBS = {'job': JOB}\n"
        f"async def f():\n    {use}  # error:\n"
        "async def g():\n    OTHER.run()\n    OTHER()\n"
    )


def test_callables_in_a_collection_that_is_annotated():
    check(
        f"from collections.abc import Callable\n{SLOW}"
        "def slow():\n    time.sleep(1)\n"
        "HANDLERS: dict[str, Callable] = {'slow': slow}\n"
        "async def f():\n    HANDLERS['slow']()  # error:\n"
    )


def test_what_a_callable_returns_by_its_annotation():
    text = (
        "from collections.abc import Callable\nfrom sqlalchemy.orm import Session\n"
        "class Repository:\n"
        "    def __init__(self, make: Callable[[], Session]):\n        self.make = make\n"
        "    async def read(self):\n"
        "        with self.make() as session:\n"
        "            session.commit()  # error:\n"
    )
    assert not testing.check({"app.py": text}, select=["blocking-database"])


def test_super_with_two_arguments():
    check(
        f"{SLOW}class Base:\n    def save(self):\n        time.sleep(1)\n"
        "class Quiet(Base):\n    def save(self):\n        ...\n"
        "async def f():\n    quiet = Quiet()\n    quiet.save()\n"
        "    super(Quiet, quiet).save()  # error:\n"
    )


@pytest.mark.parametrize("resumed", ["next(writer)", "writer.send(1)", "writer.__next__()"])
def test_resuming_a_generator_runs_it(resumed):
    check(
        f"{SLOW}def write():\n    while True:\n        time.sleep((yield))\n"
        f"async def f():\n    writer = write()\n    {resumed}  # error:\n"
    )


@pytest.mark.parametrize(
    "use",
    [
        "list(map(lambda item: item.save(), items))",
        "sorted(items, key=lambda item: item.save())",
        "reduce(lambda done, item: item.save(), items)",
    ],
)
def test_items_that_a_library_calls_a_function_with(use):
    check(
        f"from functools import reduce\n{SLOW}"
        "class Item:\n    def save(self):\n        time.sleep(1)\n"
        f"async def f():\n    items = [Item(), Item()]\n    return {use}  # error:\n"
    )


def test_a_bus_that_a_decorator_in_a_method_fills():
    check(
        f"from collections import defaultdict\nfrom collections.abc import Callable\n{SLOW}"
        "class Bus:\n"
        "    def __init__(self):\n"
        "        self.handlers: dict[type, list[Callable]] = defaultdict(list)\n"
        "    def subscribe(self, kind, handler):\n"
        "        self.handlers[kind].append(handler)\n"
        "    def on(self, kind):\n"
        "        def register(handler):\n"
        "            self.subscribe(kind, handler)\n            return handler\n"
        "        return register\n"
        "    def publish(self, event):\n"
        "        for handler in self.handlers[type(event)]:\n            handler(event)\n"
        "bus = Bus()\n"
        "@bus.on(int)\ndef slow(event):\n    time.sleep(event)\n"
        "async def f():\n    bus.publish(1)  # error:\n"
    )


def test_what_a_base_class_is_given_by_super():
    check(
        "import redis\n"
        "class Base:\n"
        "    def __init__(self, client):\n        self.client = client\n"
        "class Middle(Base):\n"
        "    def __init__(self, client, name):\n        super().__init__(client)\n"
        "class Leaf(Middle):\n"
        "    def __init__(self):\n        super().__init__(redis.Redis(), 'leaf')\n"
        "class Plain(Middle):\n"
        "    def __init__(self):\n        super().__init__({}, 'plain')\n"
        "async def f():\n    Leaf().client.get('a')  # error:\n"
        "async def g():\n    Plain().client.get('a')\n"
        "async def h(leaf: Leaf, plain: Plain):\n"
        "    leaf.client.get('a')  # error:\n    plain.client.get('a')\n"
    )


def test_objects_that_are_given_objects_of_their_own_kind():
    check(
        "import time\n"
        "class Stage:\n"
        "    def __init__(self, following=None):\n        self.following = following\n"
        "    def handle(self):\n"
        "        return self.following.handle() if self.following else None\n"
        "class First(Stage):\n"
        "    def __init__(self, following=None):\n        super().__init__(following)\n"
        "    def handle(self):\n        return super().handle()\n"
        "class Slow(Stage):\n"
        "    def handle(self):\n        time.sleep(1)\n"
        "slow, quick = First(First(Slow())), First(First(Stage()))\n"
        "async def f():\n    slow.handle()  # error:\n"
        "async def g():\n    quick.handle()\n"
    )


METHOD_DECORATOR = (
    "import functools\n"
    "def transactional(method):\n"
    "    @functools.wraps(method)\n"
    "    def wrapper(self, *args):\n"
    "        result = method(self, *args)\n"
    "        self.client.ping()\n"
    "        return result\n"
    "    return wrapper\n"
)


def test_what_a_decorator_puts_in_the_place_of_a_method_is_given_the_object():
    check(
        "import redis, time\nfrom b import transactional\n"
        "class Slow:\n"
        "    def __init__(self):\n        self.client = redis.Redis()\n"
        "    @transactional\n    def rename(self, name):\n        return name\n"
        "class Quick:\n"
        "    def __init__(self):\n        self.client = Ping()\n"
        "    @transactional\n    def rename(self, name):\n        return name\n"
        "    @transactional\n    def wait(self):\n        time.sleep(1)\n"
        "class Ping:\n    def ping(self):\n        return 1\n"
        "async def f(name):\n    Slow().rename(name)  # error:\n"
        "async def g(name):\n    Quick().rename(name)\n    Quick().wait()  # error:\n",
        METHOD_DECORATOR,
    )


def test_a_decorated_static_method_is_given_no_object():
    check(
        "import time\n"
        "def kept(function):\n"
        "    def wrapper(first, *args):\n        first.wait()\n        return function(first)\n"
        "    return wrapper\n"
        "class A:\n"
        "    @staticmethod\n    @kept\n    def run(first):\n        return first\n"
        "    def wait(self):\n        time.sleep(1)\n"
        "class B:\n    def wait(self):\n        return 1\n"
        "async def f():\n    A().run(B())\n    A.run(A())  # error:\n"
    )


def test_a_function_in_a_class_body_is_bound_and_a_declared_one_is_not():
    check(
        "import time\nfrom collections.abc import Callable\n"
        "def first(a, b=None):\n    a.wait()\n"
        "class A:\n"
        "    method = first\n"
        "    field: Callable = first\n"
        "    def wait(self):\n        time.sleep(1)\n"
        "class B:\n    def wait(self):\n        return 1\n"
        "async def f():\n    A().method(B())  # error:\n    A().field(B())\n"
    )


def test_the_truth_and_the_text_of_objects():
    check(
        "import time\n"
        "class Flag:\n    def __bool__(self):\n        time.sleep(1)\n        return True\n"
        "class Bag:\n    def __len__(self):\n        time.sleep(1)\n        return 1\n"
        "class Both(Bag):\n    def __bool__(self):\n        return True\n"
        "class Card:\n    def __str__(self):\n        time.sleep(1)\n        return ''\n"
        "class Plain:\n    def __repr__(self):\n        return ''\n"
        "flag, bag, both, card, plain = Flag(), Bag(), Both(), Card(), Plain()\n"
        "async def f():\n"
        "    if flag:  # error:\n        pass\n"
        "    x = bag and 1  # error:\n"
        "    y = 1 if not flag else 2  # error:\n"
        "    if both or plain:\n        pass\n"
        "    if flag is None:\n        pass\n"
        "    return f'{plain} {card}'  # error:\n"
        "async def g():\n    print('card', card)  # error:\n    print(plain)\n"
        "    return f'{card!r}'\n"
    )


def test_the_deleter_of_a_property_does_not_run_when_it_is_read():
    check(
        "import time\n"
        "class A:\n"
        "    @property\n    def x(self):\n        return 1\n"
        "    @x.deleter\n    def x(self):\n        time.sleep(1)\n"
        "async def f():\n    return A().x\n"
    )


def test_what_makes_the_fields_of_data_classes():
    check(
        "import time\nfrom dataclasses import dataclass, field\nimport attrs\n"
        "def slow():\n    time.sleep(1)\n    return []\n"
        "@dataclass\nclass A:\n    x: int\n    y: list = field(default_factory=slow)\n"
        "@dataclass\nclass B:\n    x: int\n    y: list = field(default_factory=list)\n"
        "@attrs.define\nclass C:\n    x: int\n    y: list = attrs.field(factory=slow)\n"
        "@attrs.define\nclass D:\n    x: int\n"
        "    def __attrs_post_init__(self):\n        time.sleep(1)\n"
        "async def f():\n"
        "    A(1)  # error:\n    A(1, [])\n    A(1, y=[])\n    B(1)\n"
        "    C(1)  # error:\n    C(1, [])\n    D(1)  # error:\n"
    )


def test_iterators_run_where_they_are_iterated():
    check(
        "import asyncio, time\nfrom collections.abc import Iterator\n"
        "def slow(x):\n    time.sleep(1)\n    return x\n"
        "def mapped(items):\n    return map(slow, items)\n"
        "def bound(items):\n    found = filter(slow, items)\n    return found\n"
        "def generated(items):\n    return (slow(item) for item in items)\n"
        "def declared(items) -> Iterator[int]:\n    return (slow(item) for item in items)\n"
        "async def f(items):\n"
        "    list(mapped(items))  # error:\n"
        "    for item in bound(items):  # error:\n        pass\n"
        "    sum(generated(items))  # error:\n"
        "    tuple(declared(items))  # error:\n"
        "    next(iter(declared(items)))  # error:\n"
        "async def g(items):\n"
        "    lazy = mapped(items), bound(items), generated(items)\n"
        "    await asyncio.to_thread(list, mapped(items))\n"
        "    return await asyncio.to_thread(list, generated(items))\n"
    )


def test_a_search_in_a_generator_iterates_over_it():
    check(
        "import time\n"
        "def slow():\n    time.sleep(1)\n    yield 1\n"
        "def quick():\n    yield 1\n"
        "async def f(x):\n    return x in slow()  # error:\n"
        "async def g(x):\n    return x not in quick()\n"
    )


def test_what_functions_around_rebind_is_found_in_them():
    check(
        "import time\n"
        "class Ledger:\n"
        "    def __iadd__(self, other):\n        time.sleep(1)\n        return self\n"
        "ledger = Ledger()\n"
        "async def f(entry):\n    global ledger\n    ledger += entry  # error:\n"
    )


def test_context_managers_that_are_entered_by_hand():
    check(
        "import redis\nfrom contextlib import contextmanager\n"
        "@contextmanager\ndef connected():\n    yield redis.Redis()\n"
        "class Unit:\n"
        "    def __enter__(self):\n"
        "        self.scope = connected()\n"
        "        self.client = self.scope.__enter__()\n"
        "        return self\n"
        "    def __exit__(self, *error):\n        return self.scope.__exit__(*error)\n"
        "async def f():\n"
        "    with Unit() as unit:\n        unit.client.ping()  # error:\n"
    )


def test_the_one_object_that_new_keeps():
    check(
        "import redis\n"
        "class One:\n"
        "    kept = None\n"
        "    def __new__(cls):\n"
        "        if cls.kept is None:\n"
        "            cls.kept = super().__new__(cls)\n"
        "            cls.kept.client = redis.Redis()\n"
        "        return cls.kept\n"
        "async def f():\n    One().client.ping()  # error:\n"
    )


def test_what_a_substitution_calls():
    check(
        "import re, time\n"
        "def slow(match):\n    time.sleep(1)\n    return ''\n"
        "PATTERN = re.compile('a')\n"
        "async def f(text):\n"
        "    re.sub('a', slow, text)  # error:\n"
        "    PATTERN.sub(slow, text)  # error:\n"
        "    re.sub('a', 'b', text)\n"
    )


def test_a_dispatched_method_runs_what_the_class_of_its_argument_asks_for():
    check(
        "import time\nfrom functools import singledispatchmethod\nfrom pathlib import Path\n"
        "class Renderer:\n"
        "    @singledispatchmethod\n    def render(self, value):\n        return value\n"
        "    @render.register\n    def _(self, value: int):\n        return str(value)\n"
        "    @render.register\n    def _(self, value: Path):\n        return value.read_text()\n"
        "async def f(name, n: int):\n"
        "    Renderer().render(Path(name))  # error:\n"
        "    Renderer().render(n)\n    Renderer().render('text')\n"
    )


def test_a_method_caller_calls_the_method_of_what_it_is_given():
    check(
        "import time\nfrom operator import methodcaller\n"
        "class A:\n"
        "    def wait(self, seconds):\n        time.sleep(seconds)\n"
        "    def name(self):\n        return 'a'\n"
        "wait, name = methodcaller('wait', 1), methodcaller('name')\n"
        "async def f():\n    wait(A())  # error:\n    name(A())\n"
        "async def g():\n    list(map(wait, [A()]))  # error:\n    sorted([A()], key=name)\n"
    )


def test_what_a_call_leaves_out_decides_which_part_runs():
    check(
        "import time\n"
        "def read(path=None, key=None, *, wait=None):\n"
        "    if path is not None:\n        time.sleep(1)\n"
        "    if key and wait:\n        time.sleep(1)\n"
        "async def f(given):\n"
        "    read()\n    read(key=given)\n    read(wait=given)\n"
        "    read(given)  # error:\n    read(path=given)  # error:\n"
        "    read(key=given, wait=given)  # error:\n    read(**given)  # error:\n"
    )


def test_what_a_call_leaves_out_may_be_filled_in():
    check(
        "import redis\n"
        "def client():\n    return redis.Redis()\n"
        "def load(key, cache=None):\n"
        "    cache = cache or client()\n    return cache.get(key)\n"
        "def save(key, cache=None):\n"
        "    if cache is None:\n        cache = client()\n"
        "    return cache.set(key, 1)\n"
        "async def f():\n    load('a')  # error:\n    save('a')  # error:\n"
    )
