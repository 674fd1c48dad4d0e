"""One module for each kind of system that the city's reports come from."""
