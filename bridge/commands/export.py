"""`antiphon export`: turn a trained model into one that plays live."""

from bridge.commands.training import training_command

command = training_command("export", "bridge.training.export")
