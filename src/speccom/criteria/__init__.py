"""The criterion language: parse, check, explain one record, compile for many."""
