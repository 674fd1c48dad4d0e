"""Setting up and looking after one PostgreSQL for many desks."""
