"""The contract between the desktop and the central endpoints: the only part of the product that both sides import.

Protocol: docs/sync-protocol.md. Everything in here is plain data and pure functions (but for the kill points of fault
tests): no network, no database, no Qt.
"""
