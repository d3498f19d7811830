"""Drafts of the demonstration, made by the commands that everybody uses."""
