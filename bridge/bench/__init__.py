"""Measurements of the real thing: `antiphon bench` runs them, each in a module of its own.

Live ones start a JACK server of their own (dummy driver, no sound card) and the daemon as a process of its own, and
play to it over real ports. Latency is always told above that of a bare client measured in the same run, turn by turn,
so that what the machine and the server cost falls out of the difference.
"""
