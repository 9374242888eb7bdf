"""The least a booking could be: a FastAPI endpoint that inserts one row, as any tutorial has it.

``uvicorn benchmarks.service.bare:app`` with the database's address in MAAS_DATABASE_URL.
"""

import os
from typing import Annotated, Any

from fastapi import FastAPI, Header
from pydantic import BaseModel
from sqlalchemy import JSON, Column, create_engine
from sqlmodel import Field, Session, SQLModel

engine = create_engine(os.environ["MAAS_DATABASE_URL"], pool_pre_ping=True, pool_size=40)
app = FastAPI()


class BareBooking(SQLModel, table=True):
    """What was sent, as a row."""

    __tablename__ = "bare_booking"
    key: str = Field(primary_key=True)
    rider_name: str
    rider: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class BareBookingIn(BaseModel):
    """The body of a booking."""

    offer: str
    rider: dict[str, str]


BareBooking.__table__.create(engine, checkfirst=True)  # type: ignore[attr-defined]


@app.post("/v1/bookings", status_code=201)
def insert(body: BareBookingIn, idempotency_key: Annotated[str, Header()]) -> dict[str, str]:
    """Insert one row and commit."""
    with Session(engine) as session:
        row = BareBooking(key=idempotency_key, rider_name=body.rider["name"], rider=body.rider)
        session.add(row)
        session.commit()
        return {"id": row.key}
