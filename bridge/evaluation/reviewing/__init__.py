"""How good a piece or a session is, in numbers that a musician reads: `antiphon review`."""
