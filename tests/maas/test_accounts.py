"""Accounts: who signs in by link or password, what roles reach, and what the log keeps."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import col, select

from apps.runtime import Runtime
from maas.accounts import Actor, Attribute, Permission, Role, SignedIn, members
from maas.accounts.addresses import clean_address, mark_of
from maas.accounts.roles import key_holder
from maas.errors import (
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    NotSignedInError,
    SignInFailedError,
)
from maas.tables import Account, AuditEntry, LoginLink, Notice
from maas.tables.audit import entries

PASSWORD = "seven hubs, three springs"


def link_for(town: Runtime, email: str, now_s: int | None = None) -> str:
    """Ask for a link, and take the token out of the mail."""
    with town.database.transaction() as session:
        town.sign_in.mail_link(session, email, "ja", now_s or town.clock())
    with town.database.reading() as session:
        newest = session.exec(select(Notice).order_by(col(Notice.id).desc())).first()
        assert newest is not None
        found = re.search(r"#link=(\S+)", newest.body)
    assert found is not None
    return found[1]


def enter(town: Runtime, email: str) -> tuple[SignedIn, Actor]:
    """Sign in by a link."""
    token = link_for(town, email)
    with town.database.transaction() as session:
        signed_in = town.sign_in.by_link(session, token, town.clock())
    return signed_in, who(town, signed_in)


def who(town: Runtime, signed_in: SignedIn, now_s: int | None = None) -> Actor:
    with town.database.reading() as session:
        return town.sign_in.actor(session, signed_in.token, now_s or town.clock())


def make_staff(town: Runtime, email: str, role: Role, organisation: str | None = None) -> Actor:
    chief = Actor("service", frozenset({(town.city.id, Role.ADMINISTRATOR)}), town.city.id)
    with town.database.transaction() as session:
        organisation = organisation or town.city.id
        town.accounts.invite(session, chief, organisation, email, role, town.clock())
    return enter(town, email)[1]


def test_a_link_makes_the_account_once_and_works_once(town: Runtime) -> None:
    first, actor = enter(town, "Rider@Example.JP ")
    assert actor.is_signed_in
    assert not actor.is_staff
    again, _ = enter(town, "rider@example.jp")
    assert again.account.id == first.account.id

    token = link_for(town, "rider@example.jp")
    with town.database.transaction() as session:
        town.sign_in.by_link(session, token, town.clock())
    with pytest.raises(SignInFailedError), town.database.transaction() as session:
        town.sign_in.by_link(session, token, town.clock())


def test_a_link_ends_after_half_an_hour(town: Runtime) -> None:
    token = link_for(town, "rider@example.jp")
    with pytest.raises(SignInFailedError), town.database.transaction() as session:
        town.sign_in.by_link(session, token, town.clock() + 31 * 60)


def test_of_two_who_use_a_link_at_once_one_gets_in(town: Runtime) -> None:
    token = link_for(town, "rider@example.jp")
    start = Barrier(4)

    def use(_number: int) -> bool:
        start.wait()
        try:
            with town.database.transaction() as session:
                town.sign_in.by_link(session, token, town.clock())
        except SignInFailedError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]


def test_two_links_used_at_once_make_one_account(town: Runtime) -> None:
    tokens = [link_for(town, "rider@example.jp") for _ in range(4)]
    start = Barrier(4)

    def use(token: str) -> str:
        start.wait()
        with town.database.transaction() as session:
            return town.sign_in.by_link(session, token, town.clock()).account.id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(use, tokens))) == 1


def test_a_password_and_what_is_none(town: Runtime) -> None:
    signed_in, actor = enter(town, "rider@example.jp")
    other = enter(town, "rider@example.jp")[0]

    def try_password(email: str, password: str) -> SignedIn | None:
        with town.database.transaction() as session:
            return town.sign_in.by_password(session, email, password, town.clock())

    assert try_password("rider@example.jp", "") is None  # there is none yet
    with town.database.transaction() as session:
        town.accounts.set_password(session, actor, PASSWORD, "", town.clock())
    assert who(town, signed_in).is_signed_in
    assert not who(town, other).is_signed_in  # another device
    assert try_password("RIDER@example.jp", PASSWORD) is not None
    assert try_password("rider@example.jp", PASSWORD + ".") is None
    assert try_password("nobody@example.jp", PASSWORD) is None
    with pytest.raises(SignInFailedError), town.database.transaction() as session:
        town.accounts.set_password(session, actor, "another password", "wrong", town.clock())
    with pytest.raises(InvalidRequestError), town.database.transaction() as session:
        town.accounts.set_password(session, actor, "short", PASSWORD, town.clock())
    with town.database.reading() as session:
        found = session.exec(select(Account)).one()
        assert PASSWORD not in str(found.password_hash)
        failed = [row for row in entries(session, None, None, 50) if row.action == "sign_in_failed"]
        assert len(failed) == 2  # nobody's account is not noted


def test_sessions_end(town: Runtime) -> None:
    signed_in, actor = enter(town, "rider@example.jp")
    assert not who(town, signed_in, town.clock() + 91 * 24 * 3600).is_signed_in
    with town.database.transaction() as session:
        town.sign_in.end(session, actor, town.clock())
    assert not who(town, signed_in).is_signed_in
    staff = make_staff(town, "driver@example.jp", Role.DRIVER)
    assert staff.is_staff
    night, _ = enter(town, "driver@example.jp")
    assert not who(town, night, town.clock() + 13 * 3600).is_signed_in


def test_nothing_personal_lies_open_and_nothing_is_left_of_a_closed_account(town: Runtime) -> None:
    signed_in, actor = enter(town, "rider@example.jp")
    with town.database.transaction() as session:
        town.accounts.change(session, actor, {"name": "Rider A", "phone": "0761-00-0000"})
    tables = ("account", "login_link", "login_session", "notice", "audit_entry")

    def raw() -> str:
        with town.database.reading() as session:
            connection = session.connection()
            rows = [connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in tables]
        return str(rows)

    assert not [text for text in ("rider@", "Rider A", "0761", signed_in.token) if text in raw()]
    with town.database.transaction() as session:
        town.accounts.close(session, actor, town.clock())
    assert not who(town, signed_in).is_signed_in
    with town.database.reading() as session:
        closed = session.exec(select(Account)).one()
        assert (closed.name, closed.phone, closed.email, closed.email_mark) == ("", "", "", None)
    assert enter(town, "rider@example.jp")[0].account.id != actor.id


ALL = frozenset(Permission)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.DRIVER, {Permission.SEE_FLEET, Permission.DRIVE}),
        (Role.CALL_TAKER, {Permission.SEE_FLEET, Permission.SERVE_RIDERS}),
        (Role.OPERATOR, ALL - {Permission.ADMINISTER}),
        (Role.ANALYST, {Permission.SEE_FLEET}),
        (Role.ADMINISTRATOR, ALL),
    ],
)
def test_roles_reach_so_far_and_no_farther(role: Role, may: frozenset[Permission]) -> None:
    theirs = Actor("acc", frozenset({("buses", role)}), "city", "ses")
    everywhere = Actor("acc", frozenset({("city", role)}), "city", "ses")
    for permission in Permission:
        assert theirs.may(permission, "buses") == (permission in may)
        assert not theirs.may(permission, "taxis")
        assert not theirs.may(permission, "city")
        assert everywhere.may(permission, "taxis") == (permission in may)


def test_strangers_sign_in_first_and_the_staff_key_only_drives() -> None:
    with pytest.raises(NotSignedInError):
        Actor(city_id="city").require(Permission.SEE_FLEET)
    key = key_holder("city")
    key.require(Permission.DRIVE, "buses")
    for permission in (Permission.ADMINISTER, Permission.SERVE_RIDERS):
        with pytest.raises(ForbiddenError):
            key.require(permission)
    with pytest.raises(NotSignedInError):
        key.require_account()


def test_who_verified_what_and_until_when(town: Runtime) -> None:
    _, rider = enter(town, "rider@example.jp")
    clerk = make_staff(town, "clerk@example.jp", Role.CALL_TAKER)
    now_s = town.clock()
    with town.database.transaction() as session:
        row = town.accounts.verify(
            session, clerk, rider.id, Attribute.SENIOR, "insurance card", now_s + 60, now_s
        )
        assert (row.verified_by, row.valid_until_s) == (clerk.id, now_s + 60)
        with pytest.raises(InvalidRequestError, match="colleague"):
            town.accounts.verify(session, clerk, clerk.id, Attribute.CHILD, "seen", None, now_s)
        with pytest.raises(InvalidRequestError, match="passed"):
            town.accounts.verify(session, clerk, rider.id, Attribute.CHILD, "seen", now_s, now_s)
        with pytest.raises(ForbiddenError):
            town.accounts.verify(session, rider, clerk.id, Attribute.CHILD, "seen", None, now_s)
        town.accounts.revoke(session, clerk, rider.id, row.id, now_s)
        with pytest.raises(NotFoundError):
            town.accounts.revoke(session, clerk, clerk.id, row.id, now_s)
    with town.database.reading() as session:
        told = [row.action for row in entries(session, f"account:{rider.id}", None, 50)]
    assert told == ["revoked", "verified", "signed_in"]


def test_who_looks_for_a_person_is_noted_with_the_reason(town: Runtime) -> None:
    _, rider = enter(town, "rider@example.jp")
    clerk = make_staff(town, "clerk@example.jp", Role.CALL_TAKER)
    with town.database.transaction() as session:
        found = town.accounts.find(
            session, clerk, "rider@example.jp", "asked by telephone", town.clock()
        )
        assert found.id == rider.id
        with pytest.raises(NotFoundError):
            town.accounts.find(session, clerk, "no@example.jp", "asked", town.clock())
    with town.database.reading() as session:
        newest = entries(session, f"account:{rider.id}", None, 1)[0]
        assert (newest.actor, newest.purpose) == (clerk.id, "asked by telephone")


def test_members_come_and_go(town: Runtime) -> None:
    driver = make_staff(town, "driver@example.jp", Role.DRIVER)
    make_staff(town, "driver@example.jp", Role.DRIVER)  # twice is once
    chief = make_staff(town, "chief@example.jp", Role.ADMINISTRATOR)
    with town.database.transaction() as session:
        with pytest.raises(NotFoundError):
            town.accounts.invite(session, chief, "nowhere", "a@b.jp", Role.DRIVER, town.clock())
        with pytest.raises(ForbiddenError):
            town.accounts.invite(session, driver, town.city.id, "a@b.jp", Role.DRIVER, town.clock())
    with town.database.transaction() as session:
        rows = {account.id: row.id for row, account in members(session, town.city.id)}
        town.accounts.dismiss(session, chief, town.city.id, rows[driver.id], town.clock())
        with pytest.raises(NotFoundError):
            town.accounts.dismiss(session, chief, town.city.id, rows[driver.id], town.clock())
        assert [account.id for _, account in members(session, town.city.id)] == [chief.id]


@pytest.mark.parametrize("verb", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"])
def test_the_log_is_only_added_to(town: Runtime, verb: str) -> None:
    enter(town, "rider@example.jp")
    refused = pytest.raises(DatabaseError, match="only added to")
    with refused, town.database.transaction() as session:
        session.connection().exec_driver_sql(verb)
    with town.database.reading() as session:
        assert session.exec(select(AuditEntry)).first() is not None
        assert session.exec(select(LoginLink)).first() is not None


def test_one_address_is_one_however_it_is_written() -> None:
    assert clean_address(" Rider＠Example.jp ") == "rider@example.jp"
    assert mark_of("a@b.jp", b"1") != mark_of("a@b.jp", b"2")
    for text in ("", "rider", "@example.jp", "rider@", "rider@jp", "a b@example.jp",
                 "a@b.jp\nBcc: c@d.jp", "a@b.jp,c@d.jp", "x" * 250 + "@b.jp"):  # fmt: skip
        with pytest.raises(InvalidRequestError):
            clean_address(text)
