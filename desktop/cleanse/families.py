"""Which MPANs belong together because rows of the file link or relate them, over any number of steps."""

from __future__ import annotations

import polars as pl

from desktop.cleanse.check import KeyColumns
from desktop.cleanse.judged import numbers

STEPS = 12
"""Rounds of passing on the lowest number. Real families have two or three members; no chain is followed for ever."""


def family_of(keys: KeyColumns, mpans: pl.Series) -> pl.Series:
    """For each of these MPANs (Int64), the lowest MPAN that it is linked or related to, directly or by way of others.

    An MPAN without links is its own family. Links are followed for at least a dozen steps.
    """
    edges = _edges(keys, mpans.unique())
    if edges.is_empty():
        return mpans
    ends = pl.concat([edges, edges.select(near="far", far="near")]).unique()
    labels = pl.concat([ends["near"], ends["far"]]).unique().to_frame("mpan").with_columns(family=pl.col("mpan"))
    for _ in range(STEPS):
        passed = ends.join(labels.select(far="mpan", heard="family"), on="far")
        lowest = passed.group_by("near").agg(pl.col("heard").min())
        heard = labels.join(lowest, left_on="mpan", right_on="near", how="left", maintain_order="left")
        stepped = heard.select("mpan", family=pl.min_horizontal("family", "heard"))
        # The family's own label may be lower by now: take it.
        jumped = stepped.join(
            stepped.select(family="mpan", root="family"), on="family", how="left", maintain_order="left"
        ).select("mpan", family=pl.min_horizontal("family", "root"))
        if jumped["family"].equals(labels["family"]):
            break
        labels = jumped
    found = mpans.to_frame("mpan").join(labels, on="mpan", how="left", maintain_order="left")
    return found.select(pl.coalesce("family", "mpan")).to_series()


def _edges(keys: KeyColumns, mpans: pl.Series) -> pl.DataFrame:
    """Pairs `near`, `far` out of the link columns that lead from the given MPANs, over any number of steps."""
    parts = [pl.DataFrame(schema={"near": pl.Int64, "far": pl.Int64})]
    for name in ("linked_mpan", "related_mpan"):
        if keys.has(name):
            pairs = numbers(keys, "mpan", name).select(near="mpan", far=name).drop_nulls()
            parts.append(pairs.filter(pl.col("near") != pl.col("far")))
    pairs = pl.concat(parts)
    reached = mpans.to_frame("mpan")
    edges = parts[0]
    for _ in range(STEPS):
        touching = pl.concat(pairs.join(reached, left_on=end, right_on="mpan", how="semi") for end in ("near", "far"))
        touching = touching.unique()
        if touching.height == edges.height:
            break
        edges = touching
        reached = pl.concat([edges["near"], edges["far"], reached["mpan"]]).unique().to_frame("mpan")
    return edges
