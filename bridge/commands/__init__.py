"""The subcommands of `antiphon`, one module each, each with a `command`."""
