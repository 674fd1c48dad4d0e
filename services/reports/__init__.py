"""What is taken out of the desk: tables for other programs, the weekly report, who did what."""
