"""Activity under several identification rulebooks in one pass: what moves, and what money follows."""
