"""Freezing reads every byte of the evidence again: what is frozen names files by their hash for ever."""

from __future__ import annotations

import pytest
from freezing_hands import WalkingClock, acme

from desktop.jobs import Cancelled, Job
from desktop.submissions.model import NotFreezable, SubmissionDetails, SubmissionState

_MIB = 1 << 20


@pytest.fixture
def desk(tmp_path):
    with acme(tmp_path / "desk", WalkingClock()) as workspace:
        for name, size in (("a.bin", 3 * _MIB), ("b.bin", _MIB), ("c.bin", _MIB)):
            (tmp_path / name).write_bytes(name[:1].encode() * size)
            workspace.evidence.add([tmp_path / name])
        yield workspace


def draft(desk) -> int:
    return desk.submissions.prepare(SubmissionDetails("evidence", recipients=("BSC",)))[0]


def test_one_changed_byte_stops_it(desk):
    made = draft(desk)
    file = desk.blobs.path(desk.evidence.by_ref("ACME-EVD-0002").newest.sha256)
    file.chmod(0o644)
    file.write_bytes(b"b" * (_MIB - 1) + b"!")
    assert desk.submissions.check(made).blocked == ()
    with pytest.raises(NotFreezable, match=r"ACME-EVD-0002 r1 b.bin: it is damaged") as raised:
        desk.submissions.freeze(made)
    assert raised.value.safe == "Nothing was frozen."
    assert desk.submissions.get(made).state is SubmissionState.DRAFT


def test_it_tells_how_many_bytes_are_done_and_can_be_cancelled(desk):
    told = []
    job = Job(lambda progress: told.append((progress.what, progress.done, progress.total)))
    desk.submissions.freeze(draft(desk), job)
    done = [at // _MIB for what, at, total in told if what == "Reading the evidence again" and total == 5 * _MIB]
    assert done == [0, 1, 2, 3, 3, 4, 4, 5]
    made = draft(desk)
    stopped = Job(lambda progress: stopped.cancel() if progress.what == "Reading the evidence again" else None)
    with pytest.raises(Cancelled):
        desk.submissions.freeze(made, stopped)
    assert desk.submissions.get(made).state is SubmissionState.DRAFT


def test_a_check_reads_no_evidence(desk):
    made = draft(desk)
    told = []
    desk.submissions.check(made, job=Job(lambda progress: told.append(progress.unit)))
    assert "bytes" not in told
