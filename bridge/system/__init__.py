"""The operating system's side: the terminal and its Ctrl-C, and files that people name, and processes beside a set."""
