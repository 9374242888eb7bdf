"""Where mail goes: to an SMTP server, or, where none is set, into a folder."""

import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from maas.errors import InvalidRequestError

Gateway = Callable[[EmailMessage], None]
"""Takes a mail, or raises OSError or smtplib.SMTPException."""

_PATIENCE_S = 20
_PORTS = {"smtp": 25, "smtps": 465}


def mail_gateway(url: str, data_dir: Path) -> Gateway:
    """Find out where mail goes.

    Parameters
    ----------
    url : str
        ``smtp://user:password@host:587`` (encrypted by STARTTLS where the server offers it) or
        ``smtps://…``; empty: into ``data_dir/mail``, a file each.
    data_dir : Path
        Where the service may write.

    Returns
    -------
    Gateway
        Takes mails.

    Raises
    ------
    InvalidRequestError
        The address is none.
    """
    if not url:
        return partial(_keep, data_dir / "mail")
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        port = 0
    if not port or not parts.hostname:
        raise InvalidRequestError(
            "MAAS_MAIL_URL cannot be used. Write it like smtp://user:password@mail.example.jp:587."
        )
    login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return partial(_deliver, parts.hostname, port, parts.scheme == "smtps", login)


def _keep(folder: Path, mail: EmailMessage) -> None:
    """Write a mail to a file, for who runs the service without a mail server.

    Parameters
    ----------
    folder : Path
        Made where it is missing.
    mail : EmailMessage
        The mail.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = str(mail["Message-ID"]).strip("<>").partition("@")[0]
    (folder / f"{name}.eml").write_bytes(bytes(mail))


def _deliver(
    host: str, port: int, is_encrypted: bool, login: tuple[str, str] | None, mail: EmailMessage
) -> None:
    """Hand a mail to a server.

    Parameters
    ----------
    host : str
        Its name.
    port : int
        Its port.
    is_encrypted : bool
        From the first byte.
    login : tuple[str, str] or None
        User and password.
    mail : EmailMessage
        The mail.
    """
    context = ssl.create_default_context()
    server = (
        smtplib.SMTP_SSL(host, port, timeout=_PATIENCE_S, context=context)
        if is_encrypted
        else smtplib.SMTP(host, port, timeout=_PATIENCE_S)
    )
    with server:
        if not is_encrypted and server.has_extn("starttls"):
            server.starttls(context=context)
        if login:
            server.login(*login)
        server.send_message(mail)
