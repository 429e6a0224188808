"""Mail to customers."""

import smtplib
from email.message import EmailMessage

from shop.settings import settings


def compose(to: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "shop@shop.example"
    message["To"] = to
    message["Subject"] = subject
    message.set_content(text)
    return message


def send(message: EmailMessage) -> None:
    with smtplib.SMTP(settings.smtp_host) as server:
        server.send_message(message)


async def send_receipt(email: str, order_id: int) -> None:
    send(compose(email, "Your order", f"Thank you for order {order_id}."))


def send_welcome(email: str) -> None:
    send(compose(email, "Welcome", "Good to have you with us."))
