"""Papers: one set of words as a page, an accessible PDF and a Word document."""
