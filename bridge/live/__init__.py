"""The daemon: threads, surfaces, and everything that happens in real time."""
