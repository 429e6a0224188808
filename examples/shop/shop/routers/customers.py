"""Customers: registration and login."""

from fastapi import APIRouter, BackgroundTasks, HTTPException
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select
from sqlalchemy.orm import Session

from shop import security
from shop.clients import sessions
from shop.dependencies import CurrentCustomer, DatabaseSession
from shop.models import Customer
from shop.schemas import CustomerIn, CustomerOut
from shop.services import notifications

router = APIRouter(prefix="/customers", tags=["customers"])


def find(db: Session, email: str) -> Customer | None:
    return db.scalars(select(Customer).where(Customer.email == email)).one_or_none()


def save(db: Session, row: Customer) -> None:
    db.add(row)
    db.commit()


@router.post("/", status_code=201)
async def register(
    customer: CustomerIn, db: DatabaseSession, background: BackgroundTasks
) -> CustomerOut:
    row = Customer(email=customer.email, password_hash=security.hash_password(customer.password))
    await run_in_threadpool(save, db, row)
    # A `def` task runs in a thread: it may talk to the mail server there.
    background.add_task(notifications.send_welcome, row.email)
    return CustomerOut.from_orm(row)


@router.post("/login")
async def login(credentials: CustomerIn, db: DatabaseSession) -> str:
    customer = await run_in_threadpool(find, db, credentials.email)
    if customer is None or not await run_in_threadpool(
        security.verify_password, credentials.password, customer.password_hash
    ):
        raise HTTPException(status_code=403)
    token = security.new_token()
    await sessions.start(token, customer.id)
    return token


@router.get("/me")
def me(customer: CurrentCustomer) -> CustomerOut:
    return CustomerOut.model_validate(customer, from_attributes=True)
