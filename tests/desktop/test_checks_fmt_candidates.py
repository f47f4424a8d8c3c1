"""The numbers offered for a wrong MPAN, against trying every one."""

from hypothesis import given
from hypothesis import strategies as st

from desktop.cleanse.mpan_candidates import holds, offer, with_neighbours_swapped, with_one_digit_less

WEIGHTS = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)


def valid(number):
    return sum(int(d) * w for d, w in zip(number, WEIGHTS, strict=False)) % 11 % 10 == int(number[12])


@given(st.from_regex("[0-9]{13}", fullmatch=True))
def test_a_check_digit_holds_as_the_rule_says(number):
    assert holds(number) == valid(number)


@given(st.from_regex("[0-9]{14}", fullmatch=True))
def test_every_valid_number_that_leaves_one_digit_out_is_offered(digits):
    tried = dict.fromkeys(digits[:place] + digits[place + 1 :] for place in range(14))
    assert set(with_one_digit_less(digits)) == {number for number in tried if valid(number)}


@given(st.from_regex("[0-9]{13}", fullmatch=True))
def test_every_valid_swap_of_neighbours_is_offered(number):
    tried = {number[:n] + number[n + 1] + number[n] + number[n + 2 :] for n in range(12)} - {number}
    assert set(with_neighbours_swapped(number)) == {one for one in tried if valid(one)}


def test_at_most_five_are_written_out():
    assert offer(("1", "2")) == "1 or 2"
    assert offer(tuple("1234567")) == "1 or 2 or 3 or 4 or 5 or 2 more"
