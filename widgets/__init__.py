"""What is seen: queue, map, detail; knows no database and no HTTP."""
