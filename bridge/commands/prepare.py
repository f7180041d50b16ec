"""`antiphon prepare`: turn folders of MIDI into training data."""

from bridge.commands.training import training_command

command = training_command("prepare", "bridge.training.data")
