"""The shop's application: `uvicorn shop.main:app`."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware

from shop.clients import sessions
from shop.database import Base, engine
from shop.routers import customers, orders, products
from shop.settings import settings


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    await sessions.redis.ping()
    app.state.terms = settings.terms.read_text()  # fastlint: ignore[blocking-file] -- 2 kB, once
    yield
    await sessions.redis.aclose()


app = FastAPI(title="Shop", lifespan=lifespan)
app.include_router(products.router)
app.include_router(customers.router)
app.include_router(orders.router)


@app.on_event("startup")
def create_tables() -> None:
    Base.metadata.create_all(engine)


@app.middleware("http")
async def slow_down_robots(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    if "bot" in request.headers.get("user-agent", "").lower():
        time.sleep(2)
    return await call_next(request)


app.add_middleware(
    CORSMiddleware,
    allow_origins=settings.cors_origins,
    allow_credentials=True,
    allow_methods=["*"],
    allow_headers=["*"],
)
