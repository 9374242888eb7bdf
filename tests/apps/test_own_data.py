"""What is one's own: devices, everything in one file, who looked at it, and being forgotten."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from apps.api import create_app
from apps.runtime import Runtime
from maas.accounts import Role
from maas.accounts.sign_in import LOCK_S, MOST_TRIES
from maas.tables import Account, Booking, Notice
from tests.apps.test_accounts_over_http import PASSWORD, book, enter, make, token_in_mail

PHONE = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36"


@pytest.fixture
def api(runtime: Runtime) -> Iterator[TestClient]:
    with TestClient(create_app(runtime)) as opened:
        yield opened


def test_devices_are_seen_and_signed_out(api: TestClient, runtime: Runtime) -> None:
    first = enter(api, runtime, "rider@example.jp")
    api.headers["User-Agent"] = PHONE
    second = enter(api, runtime, "rider@example.jp")
    found = api.get("/v1/account/sessions", headers=first).json()["sessions"]
    assert {(one["device"], one["how"], one["is_current"]) for one in found} == {
        ("Chrome, Android", "link", False),
        ("testclient", "link", True),
    }
    other = enter(api, runtime, "other@example.jp")
    newer = next(one["id"] for one in found if not one["is_current"])
    path = f"/v1/account/sessions/{newer}"
    assert api.delete(path, headers=other).status_code == 404
    assert api.delete(path, headers=first).status_code == 204
    assert api.delete(path, headers=first).status_code == 404
    assert api.get("/v1/account", headers=second).status_code == 401

    third = enter(api, runtime, "rider@example.jp")
    assert api.delete("/v1/account/sessions", headers=third).status_code == 204
    for ended in (first, third):
        assert api.get("/v1/account", headers=ended).status_code == 401
    assert api.get("/v1/account", headers=other).status_code == 200


def test_a_password_rests_after_many_wrong_tries(runtime: Runtime) -> None:
    now_s = runtime.clock()
    with runtime.database.transaction() as session:
        runtime.sign_in.mail_link(session, "rider@example.jp", "en", now_s)
    link = token_in_mail(runtime)

    def tried(password: str, at_s: int) -> bool:
        with runtime.database.transaction() as session:
            found = runtime.sign_in.by_password(session, "rider@example.jp", password, at_s)
            return found is not None

    with runtime.database.transaction() as session:
        signed_in = runtime.sign_in.by_link(session, link, now_s)
        session.flush()
        actor = runtime.sign_in.actor(session, signed_in.token, now_s)
        runtime.accounts.set_password(session, actor, PASSWORD, "", now_s)
    assert not any(tried("a guess at it", now_s) for _ in range(MOST_TRIES - 1))
    assert tried(PASSWORD, now_s)  # counting begins again
    assert not any(tried("a guess at it", now_s) for _ in range(MOST_TRIES))
    assert not tried(PASSWORD, now_s)
    assert not tried(PASSWORD, now_s + LOCK_S - 1)
    with runtime.database.reading() as session:
        mail = session.exec(select(Notice).order_by(col(Notice.id).desc())).first()
        assert mail is not None
        assert "wrong passwords" in mail.body
    assert tried(PASSWORD, now_s + LOCK_S)

    assert not any(tried("a guess at it", now_s) for _ in range(MOST_TRIES))
    with runtime.database.reading() as session:
        assert session.exec(select(Account)).one().locked_until_s is not None
    with runtime.database.transaction() as session:
        link = runtime.sign_in.mail_link(session, "rider@example.jp", "en", now_s)
        runtime.sign_in.by_link(session, link.split("#link=")[1], now_s)
    assert tried(PASSWORD, now_s)  # a link opens, and the password with it


def test_everything_in_one_file_and_nothing_of_others(api: TestClient, runtime: Runtime) -> None:
    make(runtime, "driver@example.jp", Role.DRIVER)
    rider = enter(api, runtime, "rider@example.jp")
    driver = enter(api, runtime, "driver@example.jp")
    mine = book(api, "mine", "10:00", headers=rider)["id"]
    api.get("/v1/vehicles/1/stops?date=2026-11-24", headers=driver)
    answer = api.get("/v1/account/export", headers=rider)
    assert "attachment" in answer.headers["content-disposition"]
    file = answer.json()
    assert file["account"]["email"] == "rider@example.jp"
    assert [one["id"] for one in file["bookings"]] == [mine]
    assert [one["is_current"] for one in file["sessions"]] == [True]
    # The driver's reading of the booking is told, with the reason.
    assert [(one["action"], one["by"], one["purpose"]) for one in file["audit"]] == [
        ("read_person", "staff", "driving"),
        ("signed_in", "self", ""),
    ]
    assert api.get("/v1/account/audit", headers=rider).json()["entries"] == file["audit"]
    theirs = api.get("/v1/account/export", headers=driver).json()
    assert theirs["bookings"] == []
    assert mine not in str(theirs)
    assert api.get("/v1/account/export").status_code == 401


def test_who_leaves_is_forgotten_once_the_rides_are_over(api: TestClient, runtime: Runtime) -> None:
    rider = enter(api, runtime, "rider@example.jp")
    mine = book(api, "mine", "10:00", headers=rider)["id"]
    refused = api.delete("/v1/account", headers=rider)
    assert (refused.status_code, refused.json()["code"]) == (409, "bookings_open")
    assert api.get("/v1/account", headers=rider).status_code == 200
    cancelled = api.post(f"/v1/bookings/{mine}/cancel", headers={"Idempotency-Key": "c"})
    assert cancelled.status_code == 200, cancelled.text
    assert api.delete("/v1/account", headers=rider).status_code == 204
    with runtime.database.reading() as session:
        row = session.exec(select(Booking).where(Booking.id == mine)).one()
        assert (row.rider_name, row.rider_phone) == ("", "")
        assert (row.phone_mark, row.account_id) == (None, None)


def test_staff_do_not_see_how_somebody_signs_in(api: TestClient, runtime: Runtime) -> None:
    make(runtime, "clerk@example.jp", Role.CALL_TAKER)
    enter(api, runtime, "rider@example.jp")
    clerk = enter(api, runtime, "clerk@example.jp")
    asked = {"email": "rider@example.jp", "purpose": "asked by telephone"}
    found = api.post("/v1/people/find", json=asked, headers=clerk).json()
    assert found["email"] == "rider@example.jp"
    assert not {"passkeys", "identities", "has_password"} & set(found)


def test_a_visitor_books_as_a_guest_and_by_a_link_in_a_mail(
    api: TestClient, runtime: Runtime
) -> None:
    # As a guest: the booking's own address is all that is needed.
    guest = book(api, "guest", "09:30")
    seen = api.get(f"/v1/bookings/{guest['id']}")
    assert seen.json()["state"] == "confirmed"
    gone = api.post(f"/v1/bookings/{guest['id']}/cancel", headers={"Idempotency-Key": "g"})
    assert gone.json()["state"] == "cancelled"

    # By a link: an address and nothing else; the booking is found again on another device.
    api.post("/v1/login-links", json={"email": "visitor@example.com", "language": "en"})
    signed_in = api.post("/v1/sessions", json={"link": token_in_mail(runtime)}).json()
    assert (signed_in["account"]["language"], signed_in["account"]["has_password"]) == ("en", False)
    mine = book(api, "visitor", "10:30")["id"]
    api.cookies.clear()
    later = enter(api, runtime, "visitor@example.com")
    found = api.get("/v1/account/bookings?language=en", headers=later).json()["bookings"]
    assert [one["id"] for one in found] == [mine]
