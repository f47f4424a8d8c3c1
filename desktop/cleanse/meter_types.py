"""Meter type codes (J0483) by what they say of a meter (domain data, section 3.13), as cleaned: without underscores."""

from __future__ import annotations

ADVANCED_TYPES = ("H", "NCAMR", "RCAMR", "RCAMY")
"""Half-hourly and AMR meters: the advanced segment."""
TRADITIONAL_TYPES = ("N", "K", "S", "T")
"""Ordinary, key, smartcard and token meters: the smart segment."""
SMART_TYPES = (
    "S1",
    "S2A", "S2B", "S2C", "S2AD", "S2BD", "S2CD", "S2ADE", "S2BDE", "S2CDE",
    "2AF", "2ADF", "2AEF", "2ADEF", "2BF", "2BDF", "2BEF", "2BDEF", "2CF", "2CDF", "2CEF", "2CDEF",
)  # fmt: skip
"""SMETS1, SMETS2 and the family with auxiliary proportional control."""
OTHER_TYPES = ("CHECK", "LAG", "LEAD", "MAIN", "SPECL", "NSS")
"""Types that say nothing of the segment; none of them is a SMETS meter."""
ALL_TYPES = (*ADVANCED_TYPES, *TRADITIONAL_TYPES, *SMART_TYPES, *OTHER_TYPES)
