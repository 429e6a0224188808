"""What goes in and out over HTTP."""

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field


class ProductOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    price: Decimal


class CustomerIn(BaseModel):
    email: str
    password: str = Field(min_length=12)


class CustomerOut(BaseModel):
    id: int
    email: str

    class Config:
        orm_mode = True


class OrderIn(BaseModel):
    product_id: int
    quantity: int = Field(gt=0)
    note: str = ""


class OrderOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    quantity: int
    amount: Decimal
    created_at: datetime


class Quote(BaseModel):
    amount: Decimal
    currency: str
