"""Blobs in S3-compatible storage: <prefix>/<participant>/<sha256>, parts at .../unfinished/<sha256>/<offset>.

A part is an object; at the end they are read one after the other, hashed, and put together by a multipart upload, so
that no more than a part or two is in memory. The URL: s3://bucket/prefix?endpoint=https://...&region=...; the keys are
those of the environment (AWS_ACCESS_KEY_ID ...) or of the machine, as boto3 finds them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from central.blobs.storage import CHUNK
from central.points import reach
from central.refusals import Refused

_LEAST = 8 * 1024 * 1024
"""Bytes of a piece of a multipart upload; S3 takes no less than 5 MiB, but for the last."""
_MOST_PIECES = 9_000
"""S3 takes 10,000."""
_GONE = {"NoSuchKey", "404", "NotFound", "NoSuchUpload"}


class S3Storage:
    """One bucket, one prefix."""

    def __init__(self, url: str) -> None:
        """Nothing is connected yet. Raises ValueError for what is no such URL."""
        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.netloc:
            raise ValueError("the address of the storage is not s3://bucket/prefix?endpoint=...")
        query = parse_qs(parts.query)
        prefix = parts.path.strip("/")
        self._bucket = parts.netloc
        self._prefix = f"{prefix}/" if prefix else ""
        self._client = boto3.client(
            "s3",
            endpoint_url=query["endpoint"][0] if "endpoint" in query else None,
            region_name=query["region"][0] if "region" in query else None,
            config=Config(
                connect_timeout=10, read_timeout=60, retries={"max_attempts": 4}, max_pool_connections=50,
                s3={"addressing_style": "path" if "endpoint" in query else "auto"},
            ),
        )  # fmt: skip

    def size(self, participant: str, sha256: str) -> int | None:
        """See Storage."""
        try:
            with _told():
                found = self._client.head_object(Bucket=self._bucket, Key=self._done(participant, sha256))
        except FileNotFoundError:
            return None
        return int(found["ContentLength"])

    def write(self, participant: str, sha256: str, offset: int, chunks: Iterable[bytes]) -> None:
        """See Storage. What stood behind the offset was at this very key, as a part that was never committed."""
        data = b"".join(chunks)
        reach("blob-cut")
        if data:
            with _told():
                self._client.put_object(Bucket=self._bucket, Key=self._part(participant, sha256, offset), Body=data)
        reach("blob-synced")

    def finish(self, participant: str, sha256: str, length: int) -> bool:
        """See Storage."""
        key = self._done(participant, sha256)
        with _told():
            parts = self._parts(participant, sha256)
            self._end_uploads(key)
            if not _contiguous(parts, length):
                self.drop(participant, sha256)
                return False
            right = self._assemble(key, sha256, parts, length)
            if right:
                reach("blob-renamed")
        self.drop(participant, sha256)
        return right

    def drop(self, participant: str, sha256: str) -> None:
        """See Storage."""
        with _told():
            for key, _, _ in self._parts(participant, sha256):
                self._client.delete_object(Bucket=self._bucket, Key=key)

    def remove(self, participant: str, sha256: str) -> None:
        """See Storage."""
        with _told():
            self._client.delete_object(Bucket=self._bucket, Key=self._done(participant, sha256))

    def read(self, participant: str, sha256: str) -> Iterator[bytes]:
        """See Storage."""
        if self.size(participant, sha256) is None:
            raise FileNotFoundError(sha256)
        return self._chunks(self._done(participant, sha256))

    def _assemble(self, key: str, sha256: str, parts: list[tuple[str, int, int]], length: int) -> bool:
        piece = max(_LEAST, length // _MOST_PIECES + 1)
        made = hashlib.sha256()
        if length <= piece:
            data = b"".join(chunk for name, _, size in parts for chunk in self._first(name, size))
            if hashlib.sha256(data).hexdigest() != sha256:
                return False
            reach("blob-compared")
            self._client.put_object(Bucket=self._bucket, Key=key, Body=data)
            return True
        upload = self._client.create_multipart_upload(Bucket=self._bucket, Key=key)["UploadId"]
        done: list[dict[str, Any]] = []
        try:
            held = bytearray()
            for name, _, size in parts:
                for chunk in self._first(name, size):
                    made.update(chunk)
                    held += chunk
                    if len(held) >= piece:
                        done.append(self._put_piece(key, upload, len(done) + 1, held))
                        held = bytearray()
            if held:
                done.append(self._put_piece(key, upload, len(done) + 1, held))
            right = made.hexdigest() == sha256
            if right:
                reach("blob-compared")
                self._client.complete_multipart_upload(
                    Bucket=self._bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": done}
                )
        except Exception:
            self._end_uploads(key)
            raise
        if not right:
            self._end_uploads(key)
        return right

    def _put_piece(self, key: str, upload: str, number: int, data: bytearray) -> dict[str, Any]:
        made = self._client.upload_part(
            Bucket=self._bucket, Key=key, UploadId=upload, PartNumber=number, Body=bytes(data)
        )
        reach("blob-piece")
        return {"ETag": made["ETag"], "PartNumber": number}

    def _first(self, key: str, size: int) -> Iterator[bytes]:
        """The first bytes of an object: a part that was only partly committed ends there."""
        left = size
        for chunk in self._chunks(key):
            yield chunk[:left]
            left -= len(chunk)
            if left <= 0:
                return

    def _chunks(self, key: str) -> Iterator[bytes]:
        with _told():
            body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
            try:
                yield from body.iter_chunks(CHUNK)
            finally:
                body.close()

    def _parts(self, participant: str, sha256: str) -> list[tuple[str, int, int]]:
        """Key, offset and size of each, in order."""
        prefix = self._unfinished(participant, sha256)
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        found = [(one["Key"], int(one["Key"].removeprefix(prefix)), int(one["Size"]))
                 for page in pages for one in page.get("Contents", ())]  # fmt: skip
        return sorted(found, key=lambda one: one[1])

    def _end_uploads(self, key: str) -> None:
        """Multipart uploads that nobody finished, such as those of a process that was killed, take room."""
        open_ones = self._client.list_multipart_uploads(Bucket=self._bucket, Prefix=key).get("Uploads", ())
        for one in open_ones:
            if one["Key"] == key:
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=one["UploadId"])

    def _done(self, participant: str, sha256: str) -> str:
        return f"{self._prefix}{participant}/{sha256}"

    def _unfinished(self, participant: str, sha256: str) -> str:
        return f"{self._prefix}{participant}/unfinished/{sha256}/"

    def _part(self, participant: str, sha256: str, offset: int) -> str:
        return f"{self._unfinished(participant, sha256)}{offset:020d}"


def _contiguous(parts: list[tuple[str, int, int]], length: int) -> bool:
    end = 0
    for _, offset, size in parts:
        if offset != end:
            return False
        end += size
    return end == length


@contextmanager
def _told() -> Iterator[None]:
    """What passes by itself as Refused (unavailable); what is not there as FileNotFoundError."""
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _GONE:
            raise FileNotFoundError(str(error)) from error
        raise Refused("unavailable", "The storage of files does not answer as it should.", retry_after=30) from error
    except BotoCoreError as error:
        raise Refused("unavailable", "The storage of files does not answer.", retry_after=30) from error
