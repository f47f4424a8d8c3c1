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
    values = [int(digit) for digit in digits]
    before = 0
    after = sum(value * weight for value, weight in zip(values[1:13], WEIGHTS, strict=True))
    found: dict[str, None] = {}
    for place in range(13):
        # Digits before the place keep their weights, those behind it move one place to the left.
        if (before + after) % 11 % 10 == values[13]:
            found[digits[:place] + digits[place + 1 :]] = None
        if place < 12:
            before += values[place] * WEIGHTS[place]
            after -= values[place + 1] * WEIGHTS[place]
    if holds(digits[:13]):
        found[digits[:13]] = None
    return tuple(found)


def with_neighbours_swapped(number: str) -> tuple[str, ...]:
    """The valid MPANs that thirteen digits become when two different neighbours change places."""
    values = [int(digit) for digit in number]
    total = sum(value * weight for value, weight in zip(values, WEIGHTS, strict=False))
    found = []
    for place in range(12):
        one, other = values[place], values[place + 1]
        last = one if place == 11 else values[12]
        behind = 0 if place == 11 else WEIGHTS[place + 1]
        if one != other and (total + (other - one) * (WEIGHTS[place] - behind)) % 11 % 10 == last:
            found.append(number[:place] + number[place + 1] + number[place] + number[place + 2 :])
    return tuple(found)


def offer(numbers: tuple[str, ...]) -> str:
    """The candidates in words: `1030004967319 or 1030000496731`; at most five."""
    shown = numbers[:MOST_OFFERED]
    more = f" or {len(numbers) - len(shown)} more" if len(numbers) > len(shown) else ""
    return " or ".join(shown) + more
