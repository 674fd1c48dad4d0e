"""The demo city: Boston in Hurricane Irene, from the city's open data, with made-up people and texts."""
