"""Performances as lists of calls: recorded, replayed, simulated, drawn."""
