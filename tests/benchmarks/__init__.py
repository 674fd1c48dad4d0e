"""What the desk costs beside its peers: `make bench` runs every row of the table and writes docs/benchmarks.md."""
