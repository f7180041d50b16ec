"""How the machine is set, kept as files."""
