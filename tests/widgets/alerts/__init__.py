"""Tests of the alerts as they are seen."""
