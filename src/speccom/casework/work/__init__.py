"""Work: what waits for a person, whose it is, by when, and how it is found."""
