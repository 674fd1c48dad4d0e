"""How well the desk guesses on held-back real data, each figure beside a baseline: `make evaluate`."""
