"""Settings, read from the environment (prefix ``MAAS_``), each with a default that just works."""

from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from maas.errors import InvalidRequestError


def default_city() -> Path:
    """Find the embedded default city.

    Returns
    -------
    Path
        ``data/kaga`` of a checkout, or the copy an installed wheel carries.
    """
    checkout = Path(__file__).resolve().parents[1] / "data" / "kaga"
    return checkout if checkout.is_dir() else Path(__file__).resolve().parent / "cities" / "kaga"


def default_data_dir() -> Path:
    """Find where the service may write.

    Returns
    -------
    Path
        ``var`` of a checkout, else the user's data folder.
    """
    checkout = Path(__file__).resolve().parents[1]
    if (checkout / "data" / "kaga").is_dir():
        return checkout / "var"
    return Path.home() / ".local" / "share" / "meguri"


class Settings(BaseSettings):
    """Everything a deployment may choose.

    Without ``database_url`` the service keeps SQLite under ``data_dir``; without ``redis_url`` it
    starts an in-process Redis (fakeredis). The code is the same either way.
    """

    model_config = SettingsConfigDict(env_prefix="MAAS_", extra="ignore")

    city: Path = default_city()
    data_dir: Path = default_data_dir()
    database_url: str = ""
    redis_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    workers: int = Field(default=1, ge=1, le=256)
    public_url: str = ""
    staff_key: str = ""
    secret_keys: str = Field(default="", repr=False)
    mail_url: str = Field(default="", repr=False)
    mail_from: str = ""
    identity_providers: str = ""
    client_key_file: str = ""
    offer_ttl_s: int = Field(default=300, ge=1, le=86_400)
    realtime_every_s: int = Field(default=20, ge=1, le=3600)
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    trace_url: str = ""
    now: str = ""

    def database_for(self, city_id: str) -> str:
        """Give the SQLAlchemy address of the database in use.

        Parameters
        ----------
        city_id : str
            The city; each has an SQLite file of its own.

        Returns
        -------
        str
            ``database_url`` with the driver filled in, or the SQLite file in ``data_dir``.
        """
        if not self.database_url:
            return f"sqlite:///{(self.data_dir / f'{city_id}.db').resolve()}"
        for short in ("postgresql://", "postgres://"):
            if self.database_url.startswith(short):
                return "postgresql+psycopg://" + self.database_url.removeprefix(short)
        return self.database_url

    @property
    def cache_dir(self) -> Path:
        """Folder of everything that can be computed again.

        Returns
        -------
        Path
            ``data_dir/cache``.
        """
        return self.data_dir / "cache"

    @property
    def mail_sender(self) -> str:
        """Address that mails come from.

        Returns
        -------
        str
            ``mail_from``, or an address at the host that people reach the service at.
        """
        host = urlsplit(self.base_url).hostname or "localhost"
        return self.mail_from or f"meguri@{host}"

    @property
    def base_url(self) -> str:
        """Address people reach the service at.

        Returns
        -------
        str
            ``public_url``, or host and port.
        """
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"


def read_settings(**chosen: Any) -> Settings:
    """Read the settings of a deployment.

    Parameters
    ----------
    **chosen : Any
        What was chosen on the command line; None for what was not.

    Returns
    -------
    Settings
        The choices, the environment and the defaults, in this order.

    Raises
    ------
    InvalidRequestError
        A value cannot be used; the message names the variable.
    """
    try:
        return Settings(**{name: value for name, value in chosen.items() if value is not None})
    except ValidationError as error:
        faults = "; ".join(
            f"MAAS_{str(fault['loc'][0]).upper()}={fault['input']!s}: {fault['msg']}"
            for fault in error.errors()
        )
        raise InvalidRequestError(f"Correct the settings: {faults}.") from error
