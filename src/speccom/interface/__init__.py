"""What every page is made of: the page registry, formats, tables, charts, filters and downloads."""
