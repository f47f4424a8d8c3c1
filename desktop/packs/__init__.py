"""Sealed evidence packs: BagIt 1.0 (RFC 8493) that a stranger can read, check and trust without this program."""
