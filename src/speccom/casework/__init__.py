"""The kernel of cases: their ledger, the one door for change, what was entered, and the work that waits."""
