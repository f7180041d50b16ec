"""The musician: who plays when, what is drawn, by which rules, and what is remembered. No I/O, no clock."""
