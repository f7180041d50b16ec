"""What reports are made of: plots, and pages that stand by themselves. Imported by whoever has something to show."""
