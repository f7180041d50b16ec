"""How good a model is: held-out bits per note, and what its continuations are like. No PyTorch here."""
