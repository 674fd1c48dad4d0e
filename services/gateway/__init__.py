"""A GeoReport v2 server with its own store, for cities that have no upstream, and for the demo."""
