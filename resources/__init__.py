"""Icons, fonts, message templates and sample data; imports nothing of ours."""
