"""What the API takes and gives of rides that come back every week, as OpenAPI shows it."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Weekday = Annotated[int, Field(ge=0, le=6)]
"""0 for Monday to 6 for Sunday."""


class SeriesIn(BaseModel):
    """On which days a ride comes back."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"weekdays": [1], "until": "2027-03-30"}]},
    )
    weekdays: list[Weekday] = Field(min_length=1, max_length=7, description="0: Monday, 6: Sunday")
    until: date = Field(description="Last day, within a year of the first")
    except_on: list[date] = Field(default=[], max_length=366, description="Days without a ride")
    on_holidays: bool = Field(default=False, description="Also on the city's public holidays")


class SkipIn(BaseModel):
    """A day to leave out."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"day": "2026-12-29"}]}
    )
    day: date
    fee_minor: int | None = Field(
        default=None,
        ge=0,
        le=2**31,
        description="The fee for cancelling that was shown; refused where it is another one",
    )


class SeriesDay(BaseModel):
    """A day of a series; ``code`` says why it is refused."""

    day: str = Field(examples=["2026-12-01"])
    state: Literal["planned", "booked", "refused", "skipped"]
    booking_id: str | None
    code: str | None = Field(examples=["no_capacity"])


class Series(BaseModel):
    """Rides that come back every week; each is booked when the booking horizon reaches its day."""

    id: str
    state: Literal["active", "ended"]
    weekdays: list[int]
    first: str
    until: str
    time: str = Field(examples=["10:00"])
    on_holidays: bool
    days: list[SeriesDay]
