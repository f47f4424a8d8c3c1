"""Frames to one Parquet file in bounded memory; what the reading raises comes out as it was raised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from desktop.frames import pl

ROW_GROUP = 65_536
"""Rows of a row group: what is decoded to show one row (performance.md, section 1)."""


def write_frames(frames: Iterator[pl.DataFrame], schema: Mapping[str, type[pl.DataType]], path: Path) -> None:
    """Write frames one after another to `path` (zstd level 1); on any failure nothing is left there."""
    from polars.io.plugins import register_io_source

    failures: list[BaseException] = []

    def source(
        _columns: list[str] | None, _predicate: pl.Expr | None, _rows: int | None, _batch: int | None
    ) -> Iterator[pl.DataFrame]:
        # polars turns what a source raises into an error of its own: keep the real one.
        try:
            yield from frames
        except BaseException as failure:
            failures.append(failure)
            raise

    try:
        register_io_source(source, schema=dict(schema)).sink_parquet(
            path, compression="zstd", compression_level=1, row_group_size=ROW_GROUP, statistics=False
        )
    except BaseException:
        path.unlink(missing_ok=True)
        if failures:
            raise failures[0] from None
        raise
