"""A ZIP of one text is unpacked in a stream, checked to the last byte; nothing is left when it is not sound."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.errors import FileRefused
from desktop.jobs import Cancelled, Job, Progress
from desktop.portfolio.readers import archive
from tests.desktop.portfolio_readers import hostile
from tests.desktop.portfolio_readers import workbooks as wb


@pytest.mark.parametrize("name", hostile.GOOD_ZIPS)
def test_the_text_comes_out_as_it_went_in(name: str, tmp_path: Path) -> None:
    staging = tmp_path / "staging"
    staging.mkdir()
    path, member = archive.extract_text(hostile.GOOD_ZIPS[name](tmp_path), staging, Job())
    assert path.read_bytes() == b"MPAN\n1\n"
    assert member.endswith("p.csv") or member.endswith("portfolio.csv")
    assert list(staging.iterdir()) == [path]


@pytest.mark.parametrize("name", hostile.DAMAGED_ZIPS)
def test_damage_is_refused_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    staging = tmp_path / "staging"
    staging.mkdir()
    with pytest.raises(FileRefused, match="damaged"):
        archive.extract_text(hostile.DAMAGED_ZIPS[name](tmp_path), staging, Job())
    assert list(staging.iterdir()) == []


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    staging = tmp_path / "staging"
    staging.mkdir()
    source = wb.pack(tmp_path / "a.zip", {"a.csv": "MPAN\n" * 1_000_000})

    def cancel(_progress: Progress) -> None:
        job.cancel()

    job = Job(cancel)
    with pytest.raises(Cancelled):
        archive.extract_text(source, staging, job)
    assert list(staging.iterdir()) == []


@given(st.text(max_size=30))
def test_a_safe_name_stays_inside_its_folder(name: str) -> None:
    if archive.is_safe_name(name):
        inside = Path("/folder") / name
        assert ".." not in inside.parts
        assert str(inside).startswith("/folder/")


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_mutated_zip_is_refused_or_gives_the_same_bytes(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("zip")
    source = wb.pack(folder / "a.zip", {"a.csv": "MPAN,Name\n1200000000013,a\n" * 20})
    content = bytearray(source.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    source.write_bytes(bytes(content))
    try:
        path, _ = archive.extract_text(source, folder, Job())
    except FileRefused:
        assert list(folder.iterdir()) == [source]
    else:
        assert path.read_bytes() == b"MPAN,Name\n1200000000013,a\n" * 20
