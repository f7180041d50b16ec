"""Preparing data, training, exporting: the only room that knows torch."""
