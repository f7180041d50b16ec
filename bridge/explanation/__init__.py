"""Why a note was played: how likely it was, what narrowed the choice, and which earlier notes brought it about."""
