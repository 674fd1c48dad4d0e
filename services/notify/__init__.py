"""Telling residents: the e-mail a status update becomes, and how it is sent once."""
