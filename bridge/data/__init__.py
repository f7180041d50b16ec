"""Folders of MIDI to prepared data, and prepared data to what a model reads. No PyTorch here."""
