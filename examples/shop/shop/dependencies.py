"""What routes ask for."""

from typing import Annotated

from fastapi import Depends, Header, HTTPException
from sqlalchemy.orm import Session

from shop.clients import sessions
from shop.database import get_db
from shop.models import Customer

DatabaseSession = Annotated[Session, Depends(get_db)]


async def current_customer_id(authorization: Annotated[str, Header()]) -> int:
    customer_id = await sessions.customer_of(authorization.removeprefix("Bearer "))
    if customer_id is None:
        raise HTTPException(status_code=401)
    return customer_id


def current_customer(
    customer_id: Annotated[int, Depends(current_customer_id)], db: DatabaseSession
) -> Customer:
    customer = db.get(Customer, customer_id)
    if customer is None:
        raise HTTPException(status_code=401)
    return customer


CurrentCustomer = Annotated[Customer, Depends(current_customer)]


async def is_admin(customer: Customer) -> bool:
    """Roles can be lent for a shift, so the token store has the last word."""
    return customer.role == "admin" or await sessions.has_role(customer.id, "admin")
