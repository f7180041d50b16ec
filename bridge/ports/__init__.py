"""Where the program meets the outside: MIDI, OSC, Ableton Link."""
