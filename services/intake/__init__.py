"""What a call-taker is offered while taking a call, found in what the city already knows."""
