"""The queue: a table of the requests that the filter lets through."""
