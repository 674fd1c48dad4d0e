"""The demo city's base map and areas, and what makes them."""
