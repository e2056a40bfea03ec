"""A proposed mapping for an export never seen before, with how sure each line is."""
