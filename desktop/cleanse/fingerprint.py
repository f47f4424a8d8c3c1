"""The identity of a finding across snapshots: one signed 64-bit integer for (check, item, MPAN).

A finding about a well-formed MPAN, the first of its check and item, is `MPAN * 900,000 + check * 300 + item`. The
largest, 9,999,999,999,999 * 900,000 + 899,999, is below 2**63, so it is exact and can be taken apart again. Every other
finding (a malformed, blank or repeated MPAN, or the file) is a negative hash of check, item, text and occurrence.
The hash is BLAKE2b and SplitMix64, written down here, because a library's own `hash` may change with its version.
"""

from __future__ import annotations

import hashlib

from desktop.frames import pl

CHECKS_PER_MPAN = 3_000
ITEMS_PER_CHECK = 300
KEYS_PER_MPAN = CHECKS_PER_MPAN * ITEMS_PER_CHECK

FAMILIES = {"FIL": 0, "FMT": 100, "XFD": 200, "TMP": 300, "ROW": 400, "XFL": 500}
"""Where the numbers of each family begin; never changed, for they are part of stored fingerprints."""

_MASK_63 = 2**63 - 1
_GOLDEN = 0x9E3779B97F4A7C15


def check_number(check_id: str) -> int:
    """The number of a check, from its id: `FMT-05` is 105. Raises ValueError for an id of no known family."""
    family, _, number = check_id.partition("-")
    if family not in FAMILIES or not number.isdecimal() or not 0 < int(number) < 100:
        raise ValueError(f"not a check id: {check_id}")
    return FAMILIES[family] + int(number)


def fingerprints(findings: pl.DataFrame, item_numbers: dict[str, int]) -> pl.Series:
    """One Int64 for each finding, all different.

    `findings` has the columns `check_id`, `item` (String), `number` (Int64: the MPAN where it is thirteen digits, else
    null) and `text` (String: what else tells the row apart), in a stable order: findings alike in all of these are
    told apart by their order. Items without a number (headings that are not mapped) are hashed.
    """
    if findings.is_empty():
        return pl.Series("fingerprint", [], dtype=pl.Int64)
    names = findings.select("check_id", "item").unique()
    names = names.with_columns(
        names["check_id"].map_elements(check_number, return_dtype=pl.Int64).alias("check_number"),
        names["item"].replace_strict(item_numbers, default=None, return_dtype=pl.Int64).alias("item_number"),
    )
    numbered = findings.join(names, on=["check_id", "item"], how="left", maintain_order="left").with_columns(
        (pl.col("number") * KEYS_PER_MPAN + pl.col("check_number") * ITEMS_PER_CHECK + pl.col("item_number")).alias(
            "key"
        )
    )
    numbered = numbered.with_columns(
        # A sort of integers: which findings share their key with an earlier one.
        pl.when(pl.col("key").is_not_null() & pl.col("key").is_first_distinct()).then("key").alias("exact")
    )
    hashed = numbered.filter(pl.col("exact").is_null())
    if hashed.is_empty():
        return numbered["exact"].alias("fingerprint")
    result = numbered.select("exact").with_columns(
        pl.Series("hashed", _spread(numbered["exact"].is_null(), _hashes(hashed)))
    )
    return result.select(pl.coalesce("exact", "hashed").alias("fingerprint")).to_series()


def _spread(mask: pl.Series, values: pl.Series) -> pl.Series:
    """`values` at the places where `mask` is true, null elsewhere."""
    place = pl.when(mask).then(mask.cast(pl.Int64).cum_sum() - 1)
    return values.gather(pl.select(place.alias("place")).to_series())


def _hashes(findings: pl.DataFrame) -> pl.Series:
    """A negative Int64 for each finding, from check, item, text and occurrence; all different."""
    keys = ["check_id", "item", "identity"]
    identified = findings.select(
        "check_id",
        "item",
        pl.coalesce(pl.col("number").cast(pl.String), "text").fill_null("").alias("identity"),
    )
    distinct = identified.unique(maintain_order=True)
    roots = [
        int.from_bytes(hashlib.blake2b("\x1f".join(row).encode(), digest_size=8).digest(), "big")
        for row in distinct.iter_rows()
    ]
    frame = identified.with_columns(pl.int_range(1, pl.len() + 1).over(keys).cast(pl.UInt64).alias("occurrence")).join(
        distinct.with_columns(pl.Series("root", roots, dtype=pl.UInt64)),
        on=keys,
        how="left",
        maintain_order="left",
    )
    salt = 0
    values = _mix(frame, salt)
    while values.is_duplicated().any():  # one chance in ten million for a million findings; then all move on together
        salt += 1
        values = _mix(frame, salt)
    return values


def _mix(frame: pl.DataFrame, salt: int) -> pl.Series:
    """SplitMix64 of the root hash and the occurrence, as a negative integer; polars' UInt64 arithmetic wraps."""
    state = pl.col("root") + (pl.col("occurrence") + pl.lit(salt << 32, pl.UInt64)) * pl.lit(_GOLDEN, pl.UInt64)
    state = (state ^ (state // 2**30)) * pl.lit(0xBF58476D1CE4E5B9, pl.UInt64)
    state = (state ^ (state // 2**27)) * pl.lit(0x94D049BB133111EB, pl.UInt64)
    state = state ^ (state // 2**31)
    masked = (state & pl.lit(_MASK_63, pl.UInt64)).cast(pl.Int64)
    return frame.select((-masked - 1).alias("fingerprint")).to_series()
