"""Small portfolios, every one read by the fast rules and by the plain ones."""

from random import Random

import oracle_row
import pytest
from checking_rows import check_digit, found, mpan
from hypothesis import given, settings
from hypothesis import strategies as st

PORTFOLIOS_IN_A_FILE = 60
"""Many small portfolios that share no number stand in one file: a run costs the same for one as for many."""

NUMBER = "number"
SERIALS = ("E09BG{:05d}", "E10BG{:05d}", "A1X{}", "A2X{}", "", "TOO LONG A SERIAL")
VALUES: dict[str, dict[str, object]] = {
    "ROW-01": {"meter_serial": SERIALS, "meter_type": ("N", "H"), "supplier": ("ABCD", "")},
    "ROW-02": {"linked_mpan": NUMBER, "energy_direction": ("I", "E", "", "X")},
    "ROW-03": {"linked_mpan": NUMBER, "energy_direction": ("I", "E", "", "X")},
    "ROW-04": {
        "linked_mpan": NUMBER,
        "gsp_group": ("_A", "_B", "_Z", ""),
        "meter_serial": ("A1X{}", "A2X{}", ""),
        "market_segment": ("S", "A", "Q", ""),
        "metering_service": ("MEMA", "MEMB", ""),
    },
    "ROW-05": {
        "mtc": ("500", "783", "801", "", "X"),
        "related_mpan": NUMBER,
        "supplier": ("ABCD", "EFGH", ""),
        "market_segment": ("S", "A", ""),
        "supply_start_date": ("2020-01-01", "2021-01-01", ""),
    },
    "ROW-07": {"linked_mpan": NUMBER, "related_mpan": NUMBER, "meter_serial": SERIALS},
}


def mpans(place: int) -> tuple[str, ...]:
    """The MPAN cells of one small portfolio: valid, with a wrong check digit, malformed, fillers."""
    valid = [mpan(place * 1000 + step) for step in (100, 201, 302, 403)]
    broken = valid[0][:12] + str((int(valid[0][12]) + 1) % 10)
    return (*valid, *valid, mpan(place * 1000 + 504, 12), broken, "123", "", "0", "0" * 13)


def portfolio(random: Random, place: int, values: dict[str, object]) -> list[dict[str, str]]:
    numbers = random.sample(mpans(place), random.randint(2, 8))
    partners = [*numbers, *[""] * random.randint(0, 20)]
    rows = []
    for _ in range(random.randint(1, 8)):
        row = {"mpan": random.choice(numbers)}
        for item, texts in values.items():
            text = random.choice(partners) if texts is NUMBER else random.choice(tuple(texts))
            row[item] = text.format(place)
        if rows and random.random() < 0.4:
            row |= answering(random.choice(rows))
        rows.append(row)
    return rows


def answering(row: dict[str, str]) -> dict[str, str]:
    """What makes another row the partner of this one, where it names a partner."""
    for item in ("linked_mpan", "related_mpan"):
        if row.get(item):
            return {"mpan": row[item], item: row["mpan"]}
    return {}


@pytest.mark.parametrize("check_id", VALUES)
def test_the_fast_rule_finds_what_the_plain_rule_finds(check_id):
    plain = getattr(oracle_row, check_id.lower().replace("-", "_"))

    @settings(max_examples=8, deadline=None)
    @given(st.integers(0, 2**32))
    def agree(seed):
        random = Random(seed)
        file: list[dict[str, str]] = []
        expected: set[tuple[int, str]] = set()
        for place in range(PORTFOLIOS_IN_A_FILE):
            rows = portfolio(random, place, VALUES[check_id])
            expected |= {(len(file) + row, item) for row, item in plain(rows)}
            file += rows
        assert found(file, check_id) == expected
        seen.extend(expected)

    seen: list[tuple[int, str]] = []
    agree()
    assert seen, "no portfolio had a fault"


@st.composite
def lookalikes(draw) -> list[dict[str, str]]:
    """MPANs at a few postcodes, with neighbours of the kinds that matter."""
    random = Random(draw(st.integers(0, 2**32)))
    rows = []
    for _ in range(60):
        base = mpan(random.randint(0, 120), 10)
        shape = random.choice(["as it is", "swapped", "one digit", "digit zero", "digit zero"])
        if shape == "swapped":
            base = base[:11] + base[12] + base[11]
        if shape == "one digit":
            place = random.randint(2, 11)
            base = base[:place] + random.choice("0123456789") + base[place + 1 :]
        if shape == "digit zero":
            base = random.choice(ENDING_IN_ZERO)
        rows.append({"mpan": base, "postcode": random.choice(["CB1 2AB", "IP1 1AA", "RM9", ""])})
    return rows


ENDING_IN_ZERO = [
    f"{twelve}0" for twelve in (f"1000000{number:05d}" for number in range(400)) if check_digit(twelve) == 0
]
"""Numbers near to each other with check digit 0, so that some are one digit apart."""


@settings(max_examples=20, deadline=None)
@given(lookalikes())
def test_lookalikes_are_found_as_the_plain_rule_finds_them(rows):
    assert found(rows, "ROW-08") == oracle_row.row_08(rows)
