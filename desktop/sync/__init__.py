"""Sending what was frozen to the central endpoints, and taking in what they say.

Offline first; nothing is lost, nothing arrives twice.
"""
