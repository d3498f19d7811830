"""speccom: software for the whole life of a specialised treatment or service."""

__version__ = "0.1.0"
