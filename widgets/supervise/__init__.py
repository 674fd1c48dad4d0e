"""The supervise view: tiles and charts of which every part opens the requests it counts."""
