"""Parquet written a column chunk at a time: taken from another file as it lies there, or made from numbers.

The answers of an identification are few different values, known beforehand, and identifiers that the activity
already holds as Parquet. Made from their numbers, or taken over unread, they cost a fraction of encoding
every value.
"""
