"""The people and organisations of the demonstration: invented, with plain names, as data."""

from speccom.directory.demonstration.load import load
from speccom.directory.demonstration.read import Player, players

__all__ = ["Player", "load", "players"]
