"""One's own MIDI library, known by ear: an index of its phrases, and which of them fit what is played."""
