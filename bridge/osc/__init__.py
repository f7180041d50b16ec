"""OSC: what is said to the machine and by it, over UDP."""
