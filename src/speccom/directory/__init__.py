"""People, organisations and grants: who is who, and who may do what, as at a moment."""
