"""Speaking to an endpoint: the connection to it, with what the keyring holds of the sign-in, and the test of it."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.clock import Clock
from desktop.errors import InvalidInput
from desktop.jobs import Job
from desktop.sync import connection_steps, secrets
from desktop.sync.addresses import host_of
from desktop.sync.endpoint_rows import endpoint_of
from desktop.sync.enrolment import Device
from desktop.sync.model import Connection, TestReport, Trouble
from desktop.sync.proxies import ProxyResolver
from desktop.sync.transport import Transport
from desktop.sync.troubles import SyncTrouble
from desktop.sync.wire.problems import Retry
from local_db.endpoints import EndpointRow


class EndpointCalls:
    """Writes nothing. `proxies_for` gives how the system's proxies are found."""

    def __init__(self, proxies_for: Callable[[], ProxyResolver | None], clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._proxies_for = proxies_for
        self._clock = clock

    def transport(self, row: EndpointRow) -> Transport:
        """See EndpointService."""
        if not row.address:
            raise InvalidInput(
                f"{row.name} is reached by bundles only.", field="address", todo="Write a bundle for it."
            )
        return self._transport(row, self._token(row), self.proxy_password(row))

    def without_token(self, row: EndpointRow, proxy_password: str) -> Transport:
        """The connection to it for signing in anew."""
        return self._transport(row, "", proxy_password)

    def to_address(self, address: str, connection: Connection, name: str, proxy_password: str, uuid: str) -> Transport:
        """The connection to one that is not known yet. `uuid`: who has to answer; '' = whoever does."""
        return Transport(
            address, connection, name=name or host_of(address), proxy_password=proxy_password, endpoint=uuid,
            proxies_for=self._proxies_for(), clock=self._clock,
        )  # fmt: skip

    def signing_key(self, row: EndpointRow) -> Ed25519PrivateKey:
        """See EndpointService."""
        return self._device(row).key

    def enrolment(self, row: EndpointRow) -> dict[str, str] | None:
        """See EndpointService."""
        code = "" if row.signed_in_at else secrets.get(row.uuid, row.device_uuid, secrets.CODE)
        return self._device(row).asks(code, row.device_name) if code else None

    def proxy_password(self, row: EndpointRow) -> str:
        """As it is in the keyring; '' for a proxy without sign-in. Raises SyncTrouble (slug keyring)."""
        if not endpoint_of(row).connection.proxy_user:
            return ""
        return secrets.get(row.uuid, row.device_uuid, secrets.PROXY_PASSWORD)

    def test(self, row: EndpointRow, job: Job | None) -> TestReport:
        """See EndpointService."""
        token, trouble, password = "", None, ""
        try:
            token = self._token(row)
            password = self.proxy_password(row)
        except SyncTrouble as error:
            trouble = error.trouble
        return connection_steps.step_by_step(
            row.address, endpoint_of(row).connection, endpoint=row.uuid, name=row.name, token=token,
            without_token=trouble, cursor=row.cursor, proxy_password=password, proxies_for=self._proxies_for(),
            clock=self._clock, job=job,
        )  # fmt: skip

    def test_address(self, address: str, connection: Connection, proxy_password: str, job: Job | None) -> TestReport:
        """See EndpointService."""
        return connection_steps.step_by_step(
            address, connection, signed=False, proxy_password=proxy_password, proxies_for=self._proxies_for(),
            clock=self._clock, job=job,
        )  # fmt: skip

    # -- inside -------------------------------------------------------------------------------------------------------

    def _transport(self, row: EndpointRow, token: str, proxy_password: str) -> Transport:
        return Transport(
            row.address, endpoint_of(row).connection, name=row.name, endpoint=row.uuid, token=token,
            proxy_password=proxy_password, proxies_for=self._proxies_for(), clock=self._clock,
        )  # fmt: skip

    @staticmethod
    def _token(row: EndpointRow) -> str:
        token = secrets.get(row.uuid, row.device_uuid, secrets.TOKEN) if row.signed_in_at else ""
        if not token:
            raise _not_signed_in(row)
        return token

    @staticmethod
    def _device(row: EndpointRow) -> Device:
        """How this laptop is known there, with a key that can be read. Raises SyncTrouble (slug sign-in, keyring)."""
        device = Device(row.device_uuid, secrets.get(row.uuid, row.device_uuid, secrets.SEED))
        try:
            _ = device.key
        except ValueError as error:
            raise _not_signed_in(row) from error
        return device


def _not_signed_in(row: EndpointRow) -> SyncTrouble:
    what = (
        f"This laptop is not signed in at {row.name}: the sign-in is not in this computer's keyring."
        if row.signed_in_at
        else f"This laptop is not signed in at {row.name} yet."
    )
    todo = "Ask the endpoint's people for a new code and sign in again. What waits is kept."
    return SyncTrouble(Trouble(what, todo, retry=Retry.ENDPOINT, slug="sign-in"))
