"""A sheet cut into blocks of whole rows: plain blocks are read in bulk, any other by the exact reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import IO

from desktop.portfolio.readers import xlsx_bulk
from desktop.portfolio.readers.xlsx_exact import CellContext, ExactSheet
from desktop.portfolio.readers.xlsx_rows import RowReader
from desktop.portfolio.readers.xlsx_table import SheetTable
from desktop.portfolio.readers.xlsx_xml import refuse

CHUNK = 4 * 1024**2
BLOCK = 8 * 1024**2
"""Bytes of XML taken apart at once: about 250,000 cells. Larger blocks cost page faults, smaller ones calls."""
LONGEST_ROW = 64 * 1024**2
LONGEST_TAIL = 256 * 1024**2
_OPENING = re.compile(rb"<sheetData\s*>")
_CLOSING = b"</sheetData"
_PART = "the sheet"


class _Rejoined:
    """A stream that first gives again what was read of it."""

    def __init__(self, first: bytes, rest: IO[bytes]) -> None:
        self._first = first
        self._rest = rest

    def read(self, size: int) -> bytes:
        if self._first:
            piece, self._first = self._first[:size], self._first[size:]
            return piece
        return self._rest.read(size)


def read_sheet(
    stream: IO[bytes], exact: ExactSheet, table: SheetTable, context: CellContext, rows_done: Callable[[int], None]
) -> None:
    """Read a sheet's rows into `table`; the result is that of the exact reader, only sooner.

    Raises:
        FileRefused: as the exact reader.

    """
    buffer = b""
    while (opening := _OPENING.search(buffer)) is None and len(buffer) < BLOCK:
        if not (chunk := stream.read(CHUNK)):
            break
        buffer += chunk
    if opening is None or not _is_plain_head(buffer[: opening.end()]) or not exact.begins(buffer[: opening.end()]):
        exact.read(_Rejoined(buffer, stream), _PART)
        return
    head, buffer = buffer[: opening.end()], buffer[opening.end() :]
    rows = RowReader(table, context, head)
    last_row = 0
    searched = 0
    while (closing := buffer.find(_CLOSING, searched)) < 0:
        searched = max(0, len(buffer) - len(_CLOSING))
        cut = buffer.rfind(b"<row") if len(buffer) >= BLOCK else 0
        if cut > 0:
            block, buffer, searched = buffer[:cut], buffer[cut:], 0
            if not xlsx_bulk.is_plain_body(block):
                exact.resume(head, _Rejoined(block + buffer, stream), last_row, _PART)
                return
            last_row = _read_block(block, rows, exact, head, last_row)
            rows_done(last_row)
        elif len(buffer) > LONGEST_ROW:
            raise refuse(f"a row of it is longer than {LONGEST_ROW // 1024**2} MB")
        if not (chunk := stream.read(max(CHUNK, BLOCK - len(buffer)))):
            raise refuse("its sheet stops in the middle")
        buffer += chunk
    block = buffer[:closing]
    if not xlsx_bulk.is_plain_body(block):
        exact.resume(head, _Rejoined(buffer, stream), last_row, _PART)
        return
    if block:
        rows_done(_read_block(block, rows, exact, head, last_row))
    exact.read_frame(head, _tail(buffer[closing:], stream), _PART)


def _is_plain_head(head: bytes) -> bool:
    declared = head.find(b"?>") + 2 if head.lstrip().startswith(b"<?xml") else 0
    rest = head[declared:]
    return xlsx_bulk.is_plain_utf8(head) and b"<!" not in rest and b"<?" not in rest


def _tail(first: bytes, stream: IO[bytes]) -> bytes:
    pieces = [first]
    size = len(first)
    while chunk := stream.read(CHUNK):
        pieces.append(chunk)
        size += len(chunk)
        if size > LONGEST_TAIL:
            raise refuse("what follows the rows of its sheet is far too large")
    return b"".join(pieces)


def _read_block(block: bytes, rows: RowReader, exact: ExactSheet, head: bytes, last_row: int) -> int:
    done = rows.read(block, last_row)
    return exact.read_block(head, block, last_row, _PART) if done is None else done
