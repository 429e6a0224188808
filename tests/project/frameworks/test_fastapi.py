"""The application model: routes with their full paths."""

import pytest

APP = "from fastapi import APIRouter, FastAPI\n"


@pytest.fixture
def labels(project):
    """Method and path of every route."""

    def find(files):
        files = {"main.py": files} if isinstance(files, str) else files
        return [route.label for route in project(files).application.routes]

    return find


ROUTE = "async def read(): ...\n"


@pytest.mark.parametrize(
    ("decorator", "label"),
    [
        ("@app.get('/a')", "GET /a"),
        ("@app.post('/a/{id}')", "POST /a/{id}"),
        ("@app.api_route('/a', methods=['GET', 'PUT'])", "GET|PUT /a"),
        ("@app.websocket('/a')", "WEBSOCKET /a"),
        ("@app.get(path='/a')", "GET /a"),
        ("@app.get(PATH)", "GET /constant"),
    ],
)
def test_declarations(decorator, label, labels):
    assert labels(f"{APP}PATH = '/constant'\napp = FastAPI()\n{decorator}\n{ROUTE}") == [label]


def test_a_route_that_a_call_adds(labels):
    text = f"{APP}app = FastAPI()\n{ROUTE}app.add_api_route('/a', read, methods=['POST'])\n"
    assert labels(text) == ["POST /a"]


def test_nested_routers(labels):
    files = {
        "main.py": f"{APP}from outer import outer\napp = FastAPI()\n"
        "app.include_router(outer, prefix='/api')\n",
        "outer.py": f"{APP}from inner import router\nouter = APIRouter(prefix='/outer')\n"
        "outer.include_router(router, prefix='/in')\n",
        "inner.py": f"{APP}router = APIRouter(prefix='/inner')\n@router.get('/a')\n{ROUTE}",
    }
    assert labels(files) == ["GET /api/outer/in/inner/a"]


def test_a_router_that_is_nowhere_included(labels):
    assert labels(f"{APP}router = APIRouter(prefix='/x')\n@router.get('/a')\n{ROUTE}") == [
        "GET /x/a"
    ]


@pytest.mark.parametrize(("mounted", "label"), [("/", "GET /a"), ("/sub", "GET /sub/a")])
def test_a_mounted_application(mounted, label, labels):
    made = f"{APP}app = FastAPI()\nsub = FastAPI()\n"
    text = f"{made}app.mount('{mounted}', sub)\n@sub.get('/a')\n{ROUTE}"
    assert labels(text) == [label]


def test_a_function_that_registers_without_annotations(labels):
    files = {
        "main.py": f"{APP}from routes import register\napp = FastAPI()\nregister(app)\n",
        "routes.py": f"def register(app):\n    @app.get('/a')\n    {ROUTE}",
    }
    assert labels(files) == ["GET /a"]


def test_a_function_that_includes_without_annotations(labels):
    files = {
        "main.py": f"{APP}from routes import register\napp = FastAPI()\nregister(app)\n",
        "routes.py": f"{APP}router = APIRouter()\n@router.get('/a')\n{ROUTE}"
        "def register(app):\n    app.include_router(router, prefix='/api')\n",
    }
    assert labels(files) == ["GET /api/a"]


def test_an_application_that_a_factory_makes(labels):
    text = (
        f"{APP}router = APIRouter()\n@router.get('/a')\n{ROUTE}"
        "def create():\n    app = FastAPI()\n    app.include_router(router, prefix='/api')\n"
        "    return app\napp = create()\n"
    )
    assert labels(text) == ["GET /api/a"]


def test_a_loop_over_sixteen_routers(labels):
    files = {
        f"r{n}.py": f"{APP}router = APIRouter(prefix='/{n}')\n@router.get('/a')\n{ROUTE}"
        for n in range(16)
    }
    imports = "".join(f"from r{n} import router as r{n}\n" for n in range(16))
    names = ", ".join(f"r{n}" for n in range(16))
    files["main.py"] = (
        f"{APP}{imports}app = FastAPI()\nfor router in [{names}]:\n"
        "    app.include_router(router, prefix='/api')\n"
    )
    assert sorted(labels(files)) == sorted(f"GET /api/{n}/a" for n in range(16))


def test_a_prefix_that_is_not_known(labels):
    text = (
        f"{APP}import settings\napp = FastAPI()\nrouter = APIRouter()\n@router.get('/a')\n{ROUTE}"
        "app.include_router(router, prefix=settings.prefix)\n"
    )
    assert labels(text) == ["GET …/a"]


def test_a_subclass_of_the_application(labels):
    assert labels(f"{APP}class App(FastAPI): ...\napp = App()\n@app.get('/a')\n{ROUTE}") == [
        "GET /a"
    ]


def test_a_router_in_an_attribute(labels):
    text = (
        f"{APP}class Views:\n    def __init__(self):\n        self.router = APIRouter()\n"
        "        self.router.add_api_route('/a', self.read)\n    async def read(self): ...\n"
        "app = FastAPI()\napp.include_router(Views().router, prefix='/api')\n"
    )
    assert labels(text) == ["GET /api/a"]


def test_what_only_looks_like_a_route(labels):
    assert labels("class Cache:\n    def get(self, key): ...\nc = Cache()\nc.get('/a')\n") == []
