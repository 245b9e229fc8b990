"""Records: everything needed to audit, replay or redo a render, and how pictures and records reach the disk."""

from layoutgen.record.model import (
    Attempt,
    Evidence,
    FileDigest,
    Lineage,
    Record,
    assets_of,
    digest_of,
    files_of,
    fingerprint,
    memory_held,
    pixel_hash,
    plain_options,
    read_record,
    small_copy,
    versions,
)

__all__ = [
    "Attempt", "Evidence", "FileDigest", "Lineage", "Record", "assets_of", "digest_of", "files_of", "fingerprint",
    "memory_held", "pixel_hash", "plain_options", "read_record", "small_copy", "versions",
]  # fmt: skip
