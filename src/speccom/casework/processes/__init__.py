"""The processes as pages: what may happen to a case, who does it, within what time, and what it needs."""
