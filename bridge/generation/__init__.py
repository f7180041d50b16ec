"""Drawing notes from a model, again where the first will not do."""
