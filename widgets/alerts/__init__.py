"""Alerts as they are seen: the line that says one, the rules, and those of the past."""
