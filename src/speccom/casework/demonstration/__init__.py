"""The cases of the demonstration: invented, and each made by commands through the door with a moved clock."""
