"""The pages by which people, roles and organisations are looked after."""
