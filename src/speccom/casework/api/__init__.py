"""The API of cases and meetings: all that people can do in pages, with the same findings."""
