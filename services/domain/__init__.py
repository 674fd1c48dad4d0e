"""Frozen values and the rules of the trade; imports only the standard library."""
