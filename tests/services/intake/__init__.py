"""Tests of what helps while a call is taken."""
