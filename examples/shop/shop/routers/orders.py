"""Orders: placing them, paying for them, their invoices."""

from fastapi import APIRouter, BackgroundTasks, HTTPException
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.dependencies import CurrentCustomer, DatabaseSession
from shop.models import Order, Product
from shop.schemas import OrderIn, OrderOut
from shop.services import audit, invoices, notifications, payments

router = APIRouter(prefix="/orders", tags=["orders"])


def place(db: Session, customer_id: int, order: OrderIn) -> Order:
    """Takes the goods out of stock and stores the order."""
    product = db.get_one(Product, order.product_id, with_for_update=True)
    if product.stock < order.quantity:
        raise HTTPException(status_code=409, detail="out of stock")
    product.stock -= order.quantity
    amount = payments.total(product.price, order.quantity)
    row = Order(customer_id=customer_id, amount=amount, **order.dict(exclude={"note"}))
    db.add(row)
    db.commit()
    return row


@router.post("/", status_code=201)
async def create_order(
    order: OrderIn, customer: CurrentCustomer, db: DatabaseSession, background: BackgroundTasks
) -> OrderOut:
    row = await run_in_threadpool(place, db, customer.id, order)
    payment_id = payments.charge(row.id, row.amount)
    background.add_task(payments.settle, payment_id)
    background.add_task(notifications.send_receipt, customer.email, row.id)
    audit.record(customer.id, "order", order_id=row.id)
    return row


@router.get("/")
def list_orders(customer: CurrentCustomer, db: DatabaseSession):
    return db.scalars(select(Order).where(Order.customer_id == customer.id)).all()


@router.get("/{order_id}/invoice")
async def invoice(order_id: int) -> FileResponse:
    return FileResponse(invoices.render(order_id))


@router.get("/{order_id}/invoice/copy")
def invoice_copy(order_id: int) -> FileResponse:
    return FileResponse(invoices.render(order_id))
