"""The rule editor: drafts of rulebooks, tried on runs, proposed with a reason, approved by another."""
