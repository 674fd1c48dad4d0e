"""The steps of a team's database, each from one revision to the next; see `services.team.migrate`."""
