"""An edited rulebook tried on a finished run: new totals, by asking only what the edit can touch."""
