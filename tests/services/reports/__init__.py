"""Tests of what leaves the desk for others."""
