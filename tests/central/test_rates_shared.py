"""All workers count together how often somebody asks: two of them let through no more than one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from central.api.asked import Asked, InMemory, Shared
from central.api.rates import Buckets


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[tuple[Shared, Shared]]:
    """The same file as two workers have it."""
    Shared.make(tmp_path / "asked")
    two = Shared(tmp_path / "asked"), Shared(tmp_path / "asked")
    yield two
    for one in two:
        one.close()


def test_two_workers_let_through_what_one_would(asked: tuple[Shared, Shared]) -> None:
    now = [1_000_000.0]
    one, two = (Buckets("device", 0.5, 6, each, lambda: now[0]) for each in asked)
    assert [each.take("laptop") for each in (one, two, two, one, two, one)] == [0.0] * 6
    assert one.take("laptop") == two.wait("laptop") == pytest.approx(2.0)
    assert two.take("another") == 0.0
    now[0] += 2
    assert two.take("laptop") == 0.0
    assert one.take("laptop") == pytest.approx(2.0)
    now[0] += 3_600
    assert [one.take("laptop") for _ in range(7)] == [0.0] * 6 + [pytest.approx(2.0)]


def test_kinds_that_share_a_table_are_counted_apart(asked: tuple[Shared, Shared]) -> None:
    device, address = (Buckets(name, 1, 1, asked[0], lambda: 9.0) for name in ("device", "address"))
    assert (device.take("x"), address.take("x")) == (0.0, 0.0)
    assert (device.take("x"), address.take("x")) == (1.0, 1.0)


@pytest.mark.parametrize("kind", ["memory", "shared"])
def test_a_wild_one_is_not_forgotten_among_thousands(kind: str, asked: tuple[Shared, Shared]) -> None:
    kept: Asked = InMemory() if kind == "memory" else asked[0]
    buckets = Buckets("device", 0.01, 3, kept, lambda: 50.0)
    assert [buckets.take("wild") for _ in range(3)] == [0.0] * 3
    for number in range(15_000):
        buckets.take(str(number))
    assert buckets.take("wild") == pytest.approx(100.0)


def test_the_table_is_its_owners_and_keeps_its_size(tmp_path: Path, asked: tuple[Shared, Shared]) -> None:
    path = tmp_path / "asked"
    size = path.stat().st_size
    for number in range(1_000):
        asked[0].set(str(number), float(number))
    assert [asked[1].get(str(number)) for number in (0, 1, 999)] == [0.0, 1.0, 999.0]
    assert (path.stat().st_size, path.stat().st_mode & 0o777) == (size, 0o600)
    with pytest.raises(FileExistsError):
        Shared.make(path)
