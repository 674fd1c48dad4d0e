"""Boston in Hurricane Irene: the demo city's requests and services, trimmed from the city's open data."""
