"""`antiphon train`: train a model."""

from bridge.commands.training import training_command

command = training_command("train", "bridge.training.train")
