"""What each mode plays to phrases and excerpts of held-out pieces, measured beside the human and trivial players."""
