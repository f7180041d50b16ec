"""Musical time: the session clock, whose tempo it keeps, bar lines, grooves and where notes fall."""
