"""The words of the program: events, notes as the model reads them, parameters, voices, scales."""
