"""Meetings of bodies, from the plan to the published minutes; what they lend to the cases on their agenda."""
