"""Commissioner assignment: who pays for each record, by a decision table and dated reference tables."""
