"""What a 13-digit MPAN as an integer says of itself: its check digit and its distributor (domain data, section 3.1)."""

from __future__ import annotations

from functools import cache

from desktop.frames import pl

WEIGHTS = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)
"""For digits 1 to 12, left to right: the primes from 3, with 11 left out."""
_DISTRIBUTOR_PLACE = 10**11
_FOUR_DIGITS = 10_000
_ONE_DIGIT = 1_111_111_111_111


def check_remainder(number: pl.Expr) -> pl.Expr:
    """The weighted sum of digits 1 to 12 modulo 11: 0 to 10."""
    first, second, third = (pl.lit(table) for table in _sums())
    terms = (
        first.gather(number // 10**9)
        + second.gather(number // 10**5 % _FOUR_DIGITS)
        + third.gather(number // 10 % _FOUR_DIGITS)
    )
    return terms % 11


@cache
def _sums() -> tuple[pl.Series, pl.Series, pl.Series]:
    """The weighted sums of all groups of four digits, at the first, second and third place: far fewer divisions."""
    return tuple(  # type: ignore[return-value]
        pl.Series(
            [
                sum(int(digit) * weight for digit, weight in zip(f"{four:04d}", weights, strict=True))
                for four in range(10_000)
            ],
            dtype=pl.Int64,
        )
        for weights in (WEIGHTS[:4], WEIGHTS[4:8], WEIGHTS[8:])
    )


def check_digit_holds(number: pl.Expr) -> pl.Expr:
    """Whether digit 13 is the remainder modulo 10 (a remainder of 10 gives 0); null where there is no number."""
    return check_remainder(number) % 10 == number % 10


def is_filler(number: pl.Expr) -> pl.Expr:
    """Whether a number is one digit thirteen times over: a stand-in for an MPAN, which form check FMT-01 reports."""
    return number % _ONE_DIGIT == 0


def distributor_id(number: pl.Expr) -> pl.Expr:
    """The first two digits, as an integer."""
    return number // _DISTRIBUTOR_PLACE
