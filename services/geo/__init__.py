"""Places: areas, extents, base map and tiles."""
