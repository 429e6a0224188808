"""The back office, an application of its own: `uvicorn shop.backoffice:app`."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi.middleware.cors import CORSMiddleware
from sqlalchemy import func, select

from shop.clients import sessions
from shop.database import SessionLocal
from shop.dependencies import CurrentCustomer, is_admin
from shop.models import Order
from shop.services import audit, rates
from shop.settings import settings

app = FastAPI(title="Back office")
app.add_middleware(
    CORSMiddleware,
    allow_origins=settings.backoffice_origins,
    allow_credentials=True,
    allow_methods=["*"],
    allow_headers=["*"],
)

pool = ThreadPoolExecutor(max_workers=4)


@app.on_event("shutdown")
async def close_token_store() -> None:
    await sessions.redis.aclose()


@app.get("/audit")
async def audit_trail(customer: CurrentCustomer) -> list[Any]:
    if not is_admin(customer):
        raise HTTPException(status_code=403)
    return await audit.latest()


@app.post("/rates/refresh")
async def refresh_rates(customer: CurrentCustomer) -> int:
    if not await is_admin(customer):
        raise HTTPException(status_code=403)
    return rates.refresh()


def count_orders() -> int:
    with SessionLocal() as session:
        return session.scalar(select(func.count()).select_from(Order)) or 0


@app.get("/statistics")
async def statistics(customer: CurrentCustomer) -> dict[str, int]:
    if not await is_admin(customer):
        breakpoint()
        raise HTTPException(status_code=403)
    future = pool.submit(count_orders)
    return {"orders": future.result()}
