"""Reviewers and administrators: who they are, how they sign in to the pages, and their tokens for programs."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select, update

from central import attempts, passwords
from central.audit import Audit
from central.clock import Clock, moment
from central.database import Database
from central.refusals import Refused
from central.tables import person, session

REVIEWER, ADMINISTRATOR = "reviewer", "administrator"
ROLES = (REVIEWER, ADMINISTRATOR)
"""A reviewer reads, comments and decides; an administrator also lets in, revokes, publishes and sees the audit."""
BROWSER, TOKEN = "browser", "token"
HOURS = 12
"""How long a browser stays signed in."""
MOST_TOKEN_DAYS = 366
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,79}")


@dataclass(frozen=True)
class Person:
    """One of them. `disabled`: why; '' = may sign in."""

    name: str
    role: str
    added_at: str
    disabled: str = ""

    @property
    def administers(self) -> bool:
        """Whether it is an administrator."""
        return self.role == ADMINISTRATOR


@dataclass(frozen=True)
class Token:
    """A token for programs, as it can be shown later: `short` is the beginning of its hash, and names it."""

    short: str
    begun_at: str
    expires_at: str


class People:
    """What is asked and done here is the same for every worker: nothing is kept in memory."""

    def __init__(self, db: Database, audit: Audit, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._db = db
        self._audit = audit
        self._clock = clock

    def all(self) -> tuple[Person, ...]:
        """By name."""
        with self._db.read() as connection:
            rows = connection.execute(select(person).order_by(person.c.name)).all()
        return tuple(Person(one.name, one.role, one.added_at, one.disabled) for one in rows)

    def add(self, name: str, role: str, password: str, by: str) -> Person:
        """Let somebody in. Raises Refused (invalid) for a name that is taken or none, and for a weak password."""
        name = _read_name(name)
        _check_role(role)
        made = passwords.made(password, name)
        at = moment(self._clock())
        with self._alone() as connection:
            if connection.execute(select(person.c.name).where(person.c.name == name)).first():
                raise Refused("invalid", f"There is a person called {name} already.", field="name")
            connection.execute(insert(person).values(name=name, role=role, password=made, added_at=at))
            self._audit.add(connection, actor=by, action="person added", subject=name, detail=role)
        return Person(name, role, at)

    def set_role(self, name: str, role: str, by: str) -> None:
        """Raises Refused (not-found, invalid); somebody who administers stays."""
        _check_role(role)
        with self._alone() as connection:
            was = self._one(connection, name)
            if was.role == role:
                return
            connection.execute(update(person).where(person.c.name == name).values(role=role))
            self._need_an_administrator(connection)
            self._end(connection, name)
            self._audit.add(connection, actor=by, action="role changed", subject=name, detail=role)

    def set_password(self, name: str, password: str, by: str, *, keep: str = "") -> None:
        """A new one; every session and token but `keep` (the token of a session) ends. Raises Refused."""
        made = passwords.made(password, name)
        with self._db.write() as connection:
            self._one(connection, name)
            connection.execute(update(person).where(person.c.name == name).values(password=made))
            self._end(connection, name, keep)
            self._audit.add(connection, actor=by, action="password set", subject=name)

    def change_password(self, name: str, old: str, new: str, address: str, *, keep: str = "") -> None:
        """By the person, who knows the old one. Raises Refused (invalid, slow-down)."""
        if not self._right(name, old, address):
            raise Refused("invalid", "The password that you have now is another one.", field="old")
        self.set_password(name, new, name, keep=keep)

    def disable(self, name: str, why: str, by: str) -> None:
        """They can do nothing any more, at once. Raises Refused; the last administrator stays."""
        why = " ".join(why.split())[:500]
        if not why:
            raise Refused("invalid", "Say why.", field="why")
        with self._alone() as connection:
            was = self._one(connection, name)
            connection.execute(update(person).where(person.c.name == name).values(disabled=why))
            if was.administers:
                self._need_an_administrator(connection)
            self._end(connection, name)
            self._audit.add(connection, actor=by, action="person disabled", subject=name)

    def enable(self, name: str, by: str) -> None:
        """They may sign in again. Raises Refused."""
        with self._db.write() as connection:
            self._one(connection, name)
            connection.execute(update(person).where(person.c.name == name).values(disabled=""))
            self._audit.add(connection, actor=by, action="person enabled", subject=name)

    def sign_in(self, name: str, password: str, address: str) -> str:
        """The token of a new session of a browser.

        Raises Refused: sign-in for a wrong name or password (the same for both), slow-down after too many in vain.
        """
        name = unicodedata.normalize("NFC", name).strip().casefold()
        if not self._right(name, password, address):
            raise Refused("sign-in", "The name or the password is not right.")
        return self._begin(name, BROWSER, timedelta(hours=HOURS))

    def make_token(self, name: str, days: int) -> str:
        """A token for programs, shown once. Raises Refused (invalid)."""
        if not 1 <= days <= MOST_TOKEN_DAYS:
            raise Refused("invalid", f"A token is good for 1 to {MOST_TOKEN_DAYS} days.", field="days")
        return self._begin(name, TOKEN, timedelta(days=days))

    def tokens(self, name: str) -> tuple[Token, ...]:
        """Those of a person that are good now, oldest first."""
        here = (session.c.person == name) & (session.c.kind == TOKEN) & (session.c.expires_at > moment(self._clock()))
        with self._db.read() as connection:
            rows = connection.execute(select(session).where(here).order_by(session.c.begun_at)).all()
        return tuple(Token(one.hash[:12], one.begun_at, one.expires_at) for one in rows)

    def end_token(self, name: str, short: str) -> None:
        """Raises Refused (not-found)."""
        with self._db.write() as connection:
            rows = connection.execute(select(session.c.hash).where(session.c.person == name, session.c.kind == TOKEN))
            found = [one.hash for one in rows if one.hash[:12] == short]
            if not found:
                raise Refused("not-found")
            connection.execute(delete(session).where(session.c.hash.in_(found)))
            self._audit.add(connection, actor=name, action="token ended", subject=name)

    def caller(self, token: str, kind: str) -> Person | None:
        """Whose session or token it is; None for what is none, has expired, or is of the other kind."""
        if not token or len(token) > 200:
            return None
        wanted = (session.c.hash == hash_of(token)) & (session.c.kind == kind)
        query = select(person, session.c.expires_at).join(session, session.c.person == person.c.name).where(wanted)
        with self._db.read() as connection:
            row = connection.execute(query).first()
        if row is None or row.disabled or row.expires_at <= moment(self._clock()):
            return None
        return Person(row.name, row.role, row.added_at)

    def sign_out(self, token: str) -> None:
        """Nothing happens for a session that is over already."""
        if not token:
            return
        with self._db.write() as connection:
            connection.execute(delete(session).where(session.c.hash == hash_of(token), session.c.kind == BROWSER))

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """A transaction in which what was counted or looked for stays so, whatever other workers do meanwhile."""
        with self._db.write() as connection:
            self._db.number_in_order(connection)
            yield connection

    def _right(self, name: str, password: str, address: str) -> bool:
        """Counted before it is tried, so that many guesses at once are not more than allowed."""
        with self._alone() as connection:
            attempt = attempts.begin(connection, name, address, self._clock())
        with self._db.read() as connection:
            row = connection.execute(select(person).where(person.c.name == name)).first()
        right = passwords.holds(password, row.password if row is not None else "")
        if not right or row is None or row.disabled:
            return False
        with self._db.write() as connection:
            attempts.forgive(connection, attempt, name, address)
        return True

    def _begin(self, name: str, kind: str, lasts: timedelta) -> str:
        token = secrets.token_urlsafe(32)
        now = self._clock()
        with self._db.write() as connection:
            if self._one(connection, name).disabled:
                raise Refused("sign-in", "The name or the password is not right.")
            connection.execute(delete(session).where(session.c.expires_at <= moment(now)))
            connection.execute(
                insert(session).values(
                    hash=hash_of(token), person=name, kind=kind, begun_at=moment(now), expires_at=moment(now + lasts)
                )
            )
            action = "signed in" if kind == BROWSER else "token made"
            self._audit.add(connection, actor=name, action=action, subject=name)
        return token

    @staticmethod
    def _end(connection: Connection, name: str, keep: str = "") -> None:
        gone = session.c.person == name
        connection.execute(delete(session).where(gone, session.c.hash != (hash_of(keep) if keep else "")))

    @staticmethod
    def _one(connection: Connection, name: str) -> Person:
        row = connection.execute(select(person).where(person.c.name == name).with_for_update()).first()
        if row is None:
            raise Refused("not-found", "There is no such person.")
        return Person(row.name, row.role, row.added_at, row.disabled)

    @staticmethod
    def _need_an_administrator(connection: Connection) -> None:
        active = (person.c.role == ADMINISTRATOR) & (person.c.disabled == "")
        rows = connection.execute(select(person.c.name).where(active).with_for_update()).all()
        if not rows:
            raise Refused(
                "invalid", "Nobody would administer this endpoint: make somebody else an administrator first."
            )


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(token: str) -> str:
    """What every form of a session carries, so that no other site can send one in its name."""
    return hmac.new(token.encode(), b"form of the review pages", hashlib.sha256).hexdigest()


def _read_name(name: str) -> str:
    name = name.strip().casefold()
    if _NAME.fullmatch(name) is None:
        raise Refused(
            "invalid", "A name has up to 80 small letters, figures, dots, dashes, underlines and @.", field="name"
        )
    return name


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise Refused("invalid", f"The role is one of: {', '.join(ROLES)}.", field="role")
