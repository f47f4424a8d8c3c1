"""What a wrong MPAN may have been: numbers to look up, never a repair. Works on one text at a time."""

from __future__ import annotations

from desktop.cleanse.mpan_arithmetic import WEIGHTS

MOST_OFFERED = 5


def holds(number: str) -> bool:
    """Whether these thirteen ASCII digits end in their check digit (domain data, section 3.1)."""
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return total % 11 % 10 == int(number[12])


def with_one_digit_less(digits: str) -> tuple[str, ...]:
    """The different valid MPANs that fourteen digits become when one is left out, in order of the place left out."""
    shorter = dict.fromkeys(digits[:place] + digits[place + 1 :] for place in range(len(digits)))
    return tuple(number for number in shorter if len(number) == 13 and holds(number))


def with_neighbours_swapped(number: str) -> tuple[str, ...]:
    """The valid MPANs that thirteen digits become when two neighbours change places."""
    swapped = dict.fromkeys(
        number[:place] + number[place + 1] + number[place] + number[place + 2 :] for place in range(len(number) - 1)
    )
    return tuple(one for one in swapped if one != number and holds(one))


def offer(numbers: tuple[str, ...]) -> str:
    """The candidates in words: `1030004967319 or 1030000496731`; at most five."""
    shown = numbers[:MOST_OFFERED]
    more = f" or {len(numbers) - len(shown)} more" if len(numbers) > len(shown) else ""
    return " or ".join(shown) + more
