"""What users say of their own functions: blocking, accepted, offloading."""

import pytest

from fastlint import testing

HELPERS = "def slow():\n    pass\nclass Client:\n    def get(self):\n        pass\n"


def check(settings: str, *texts: str) -> None:
    files = dict(zip(("app.py", "tools.py"), texts, strict=False))
    mismatches = testing.check({**files, "fastlint.toml": settings}, select=["blocking"])
    assert not mismatches


def rules(settings: str, *texts: str) -> list[str]:
    files = dict(zip(("app.py", "tools.py"), texts, strict=False))
    report = testing.run({**files, "fastlint.toml": settings}, select=["blocking"])
    return [item.rule for item in report.findings]


USE = "from tools import Client, slow\nasync def f(c: Client):\n    slow()\n    c.get()\n"


def test_a_list_of_blocking_functions_is_of_the_network():
    settings = "extend-blocking = ['tools.slow', 'tools.Client.get']\n"
    assert rules(settings, USE, HELPERS) == ["blocking-network", "blocking-network"]


def test_a_table_of_blocking_functions_names_their_kinds():
    settings = "[extend-blocking]\n'tools.slow' = 'file'\n'tools.Client.get' = 'database'\n"
    assert rules(settings, USE, HELPERS) == ["blocking-file", "blocking-database"]


def test_a_blocking_function_of_a_library():
    check(
        "extend-blocking = ['nowhere.slow']\n",
        "from nowhere import slow\nasync def f():\n    slow()  # error:\n",
    )


@pytest.mark.parametrize("use", ["Client().get()", "c.get()"])
def test_a_blocking_method_of_an_uncatalogued_library(use):
    check(
        "extend-blocking = ['nowhere.Client.get']\n",
        f"from nowhere import Client\nasync def f(c: Client):\n    {use}  # error:\n",
    )


def test_a_blocking_method_of_a_catalogued_library():
    check(
        "extend-blocking = ['httpx.AsyncClient.build_request']\n",
        "import httpx\nasync def f(c: httpx.AsyncClient):\n"
        "    c.build_request('GET', '')  # error:\n",
    )


def test_a_blocking_function_behind_a_helper():
    check(
        "extend-blocking = ['nowhere.slow']\n",
        "from tools import g\nasync def f():\n    g()  # error:\n",
        "import nowhere\ndef g():\n    nowhere.slow()\n",
    )


@pytest.mark.parametrize("name", ["time.sleep", "tools.g"])
def test_what_is_accepted_is_silent(name):
    check(
        f"allow-blocking = ['{name}']\n",
        "from tools import g\nasync def f():\n    g()\n",
        "import time\ndef g():\n    time.sleep(1)\n",
    )


def test_an_accepted_method_of_the_project_is_silent():
    check(
        "allow-blocking = ['tools.A.get']\n",
        "from tools import A\nasync def f(a: A):\n    a.get()\n",
        "import time\nclass A:\n    def get(self):\n        time.sleep(1)\n",
    )


def test_an_accepted_method_of_a_library_is_silent():
    check(
        "allow-blocking = ['httpx.Client.get']\n",
        "import httpx\nasync def f(c: httpx.Client):\n    c.get('')\n    c.post('')  # error:\n",
    )


@pytest.mark.parametrize("name", ["nowhere.offload", "nowhere.Pool.offload"])
def test_an_offloader_of_a_library(name):
    call = "Pool().offload(slow)" if "Pool" in name else "offload(slow)"
    check(
        f"offloaders = ['{name}']\n",
        "import time\nfrom nowhere import Pool, offload\ndef slow():\n    time.sleep(1)\n"
        f"async def f():\n    await {call}\n",
    )


def test_an_offloader_of_the_project():
    check(
        "offloaders = ['tools.offload']\n",
        "import time\nfrom tools import offload\ndef slow():\n    time.sleep(1)\n"
        "async def f():\n    offload(slow)\n    slow()  # error:\n",
        "def offload(f):\n    return f()\n",
    )


def test_an_offloading_method_of_the_project():
    check(
        "offloaders = ['tools.Pool.run']\n",
        "import time\nfrom tools import Pool\ndef slow():\n    time.sleep(1)\n"
        "async def f(pool: Pool):\n    pool.run(slow)\n",
        "class Pool:\n    def run(self, f):\n        return f()\n",
    )
