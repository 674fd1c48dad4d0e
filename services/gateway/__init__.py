"""A GeoReport v2 server of our own, for cities that have none and for the demo city."""
