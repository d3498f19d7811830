"""Documents of a case: what is taken, how it is kept, and who is given it back."""
