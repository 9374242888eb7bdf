"""What the city and the service say of themselves, as OpenAPI shows it."""

from pydantic import BaseModel, Field


class RealtimeState(BaseModel):
    """How a source of realtime messages is doing, and when its last one was made."""

    feed: str
    status: str = Field(examples=["live", "waiting", "stale", "unreachable", "unreadable"])
    made: str | None


class CityOut(BaseModel):
    """The city served here, and where its data comes from."""

    id: str
    name: dict[str, str]
    timezone: str
    currency: str
    languages: list[str]
    map: dict[str, list[float]]
    notice: dict[str, str] | None
    sources: list[dict[str, str]]
    streets: str
    now: str
    first_day: str
    last_day: str
    realtime: list[RealtimeState]


class Readiness(BaseModel):
    """Whether a process should get requests, and what it lacks."""

    status: str = Field(examples=["ready"])
    database: bool
    tables: bool = Field(description="The database's tables are those of this version")
    events: bool
    city: str = Field(description="The city whose timetable is loaded", examples=["kaga"])
    stopping: bool


class Health(BaseModel):
    """Whether the service can work."""

    status: str
    database: bool
    events: bool
