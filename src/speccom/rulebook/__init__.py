"""Rulebooks: found by name and date, read and checked whole, hashed by content, compared in words.

A rulebook is the rules as they stood: dated, versioned, sourced text that a policy officer can read.
"""
