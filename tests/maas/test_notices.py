"""Mail: over a real SMTP server, once, again after a fault, and into a folder where none is set."""

import re
import threading
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlmodel import select

from apps.runtime import Runtime
from maas.errors import InvalidRequestError
from maas.notices import Postman, mail_gateway
from maas.tables import Notice
from maas.tables.notices import send
from tests.services import free_port


class Letterbox:
    """What a mail server has taken; refuses as long as it is told to."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses = False

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.refuses:
            return "451 try again later"
        mail = message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[arg-type]
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 taken"


@pytest.fixture
def letterbox() -> Letterbox:
    return Letterbox()


@pytest.fixture
def server(letterbox: Letterbox) -> Iterator[str]:
    """A real SMTP server on a free port of the loopback."""
    controller = Controller(letterbox, hostname="127.0.0.1", port=free_port(), ready_timeout=30)
    controller.start()
    yield f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


def postman(town: Runtime, url: str, clock: Callable[[], int] | None = None) -> Postman:
    gateway = mail_gateway(url, town.settings.data_dir)
    return Postman(town.database, clock or town.clock, gateway, "meguri@kaga.example")


def write(town: Runtime, count: int = 1) -> None:
    with town.database.transaction() as session:
        for number in range(count):
            send(session, "rider@example.jp", f"のりあい {number}", "ようこそ\n", town.clock())


def test_a_mail_goes_once_and_nothing_of_it_is_kept(
    town: Runtime, server: str, letterbox: Letterbox
) -> None:
    write(town)
    assert postman(town, server).run() == 1
    assert postman(town, server).run() == 0
    (mail,) = letterbox.mails
    assert (mail["To"], mail["From"]) == ("rider@example.jp", "meguri@kaga.example")
    assert mail["Subject"] == "のりあい 0"
    assert mail.get_content().replace("\r", "") == "ようこそ\n"
    with town.database.reading() as session:
        notice = session.exec(select(Notice)).one()
        assert mail["Message-ID"] == f"<{notice.id}@kaga.example>"
        assert (notice.recipient, notice.subject, notice.body) == ("", "", "")


def test_several_postmen_send_each_mail_once(
    town: Runtime, server: str, letterbox: Letterbox
) -> None:
    write(town, 12)
    rounds = [threading.Thread(target=postman(town, server).run) for _ in range(4)]
    for one in rounds:
        one.start()
    for one in rounds:
        one.join()
    subjects = sorted(mail["Subject"] for mail in letterbox.mails)
    assert subjects == sorted(f"のりあい {number}" for number in range(12))


def test_what_a_server_refuses_is_tried_again_later_and_later(
    town: Runtime, server: str, letterbox: Letterbox
) -> None:
    write(town)
    now_s = town.clock()
    letterbox.refuses = True
    assert postman(town, server, lambda: now_s).run() == 0
    letterbox.refuses = False
    assert postman(town, server, lambda: now_s + 29).run() == 0  # not yet
    assert postman(town, server, lambda: now_s + 31).run() == 1


def test_no_server_is_waited_for_and_given_up_in_the_end(town: Runtime) -> None:
    write(town)
    now_s = town.clock()
    tries = 0
    for hour in range(200):
        postman(town, "smtp://127.0.0.1:1", lambda: now_s + hour * 3600).run()  # noqa: B023
        with town.database.reading() as session:
            tries = session.exec(select(Notice)).one().tries
    assert tries == 12


def test_without_a_server_mails_lie_in_a_folder(town: Runtime) -> None:
    write(town)
    assert postman(town, "").run() == 1
    (file,) = (town.settings.data_dir / "mail").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)  # type: ignore[arg-type]
    assert mail["To"] == "rider@example.jp"


@pytest.mark.parametrize("url", ["mail.example.jp", "http://x", "smtp://:25", "smtp://x:port"])
def test_an_address_that_is_no_server(url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match="MAAS_MAIL_URL"):
        mail_gateway(url, tmp_path)


def test_the_link_of_a_mail_is_in_it(town: Runtime, server: str, letterbox: Letterbox) -> None:
    with town.database.transaction() as session:
        link = town.sign_in.mail_link(session, "rider@example.jp", "en", town.clock())
    postman(town, server).run()
    (mail,) = letterbox.mails
    assert link in re.sub(r"\s+", " ", mail.get_content())
