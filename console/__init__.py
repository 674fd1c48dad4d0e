"""The application: composition root, window, commands, settings and command line."""

__version__ = "0.1.0"
