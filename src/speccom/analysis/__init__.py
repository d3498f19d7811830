"""Pages for runs, records and rulebooks."""
