"""Tests of what dispatching reckons with."""
