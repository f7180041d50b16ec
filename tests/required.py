"""What a live test does where something it needs is not there."""

from __future__ import annotations

import os

import pytest


def missing(reason: str) -> None:
    """Skip the test for want of something, or fail where everything is required."""
    if os.environ.get("ANTIPHON_LIVE") == "require":
        pytest.fail(f"ANTIPHON_LIVE=require, but {reason}")
    pytest.skip(reason)
