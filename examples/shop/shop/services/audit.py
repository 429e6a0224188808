"""The audit trail: who did what."""

import json
from typing import Any

from shop.clients.sessions import redis


async def record(customer_id: int, action: str, **details: Any) -> None:
    await redis.xadd("audit", {"who": customer_id, "what": action, "details": json.dumps(details)})


async def latest(count: int = 50) -> list[Any]:
    return await redis.xrevrange("audit", count=count)
