"""Tests of the crew board, the day and its papers."""
