"""The pane of one service request: what it is, who is told, what is said to whom, and its history."""
