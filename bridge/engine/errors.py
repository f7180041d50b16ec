"""What is raised when a model cannot be used."""

from __future__ import annotations


class ModelError(ValueError):
    """A model folder was refused. The text names the thing, the value and the way out."""
