"""The catalogue: services, how each is identified, and what is known of it."""
