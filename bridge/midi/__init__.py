"""MIDI: ports in a process of their own, what is owed to them, and MIDI files."""
