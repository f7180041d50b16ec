"""Antiphon: a machine musician for live playing."""

__version__ = "0.1.0"
