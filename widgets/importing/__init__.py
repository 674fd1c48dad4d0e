"""A backlog's file before it is imported: what is in which column, its first rows, and what is wrong with it."""
