"""Hours of sets on the simulated clock, by seeded players and with seeded mishaps, while invariants are checked.

The same seed brings the same set, so what breaks once breaks again. Nothing here is needed to play.
"""
