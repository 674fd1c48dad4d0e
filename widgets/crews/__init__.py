"""Crews: the board with what each has to do, one crew's day, the form in which they are edited, and their papers."""
