"""The right crew for a request: suggestions with reasons, proposals for many, rules, and the order of a day."""
