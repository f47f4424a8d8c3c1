"""Files are known by their content, and the wrong ones are named in one sentence."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from desktop.errors import FileRefused
from desktop.portfolio.readers.sniff import FormKind, sniff
from tests.desktop.portfolio_readers import hostile
from tests.desktop.portfolio_readers import workbooks as wb


@pytest.mark.parametrize("name", hostile.WRONG)
def test_a_wrong_file_is_refused_by_what_it_is(name: str, tmp_path: Path) -> None:
    make, words = hostile.WRONG[name]
    path = make(tmp_path)
    with pytest.raises(FileRefused, match=re.escape(words)) as caught:
        sniff(path)
    told = str(caught.value)
    assert "Nothing was imported." in told
    assert "\n" not in told
    assert caught.value.todo


@pytest.mark.parametrize(
    "data",
    [
        b"MPAN,Name\n1200000000013,a\n",
        b"\xef\xbb\xbfMPAN\r\n1\r\n",
        "MPAN\tName\r\n1\t2\r\n".encode("utf-16"),
        "MPAN\tName\r\n1\t2\r\n".encode("utf-16-le"),
        "MPAN;Straße\r\n1;é\r\n".encode("cp1252"),
        b"ID;PostCode\r\n1;AB1\r\n",
        b"BM,MZ\r\n1,2\r\n",
        b'"MPAN","Name"\n',
        b"MPAN\n1\x002\n",
        b"<5 kW,MPAN\n1,2\n",
        b"[MPAN],Name\n",
    ],
)
def test_text_of_any_encoding_is_left_to_the_text_reader(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert sniff(path).kind is FormKind.TEXT


def test_a_workbook_is_known_whatever_its_name(tmp_path: Path) -> None:
    path = wb.workbook(tmp_path / "book.csv", hostile.HONEST)
    assert sniff(path).kind is FormKind.XLSX


@pytest.mark.parametrize("name", hostile.GOOD_ZIPS)
def test_a_zip_of_one_text_is_known_with_its_member(name: str, tmp_path: Path) -> None:
    form = sniff(hostile.GOOD_ZIPS[name](tmp_path))
    assert form.kind is FormKind.ZIP
    assert form.member.endswith(".csv")


def test_a_pipe_is_refused_without_being_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileRefused, match="not a file"):
        sniff(tmp_path / "pipe")
