"""The map: base layer, marks, and what lies over them."""
