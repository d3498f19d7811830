"""Activity files in: read, identified and explained."""
