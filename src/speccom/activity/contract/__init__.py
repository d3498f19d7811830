"""Contract monitoring: the feeds that a provider sends each month, as they come."""
