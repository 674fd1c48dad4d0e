"""The Open311 GeoReport v2 upstream."""

from services.upstream.open311.client import Open311

__all__ = ["Open311"]
