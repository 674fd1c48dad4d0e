"""The application: composition root, window, commands, settings and command line."""

__version__ = "0.1.0"
HOME_VARIABLE = "CONNECT_CONSOLE_HOME"
HOME_FOLDER = "connect-console"
FRONT_FILE = "front"
"""What names a person's home, and in it the file of the first window: here, since that imports next to nothing."""
DRAFT_FOLDER = "drafts"
"""The folder of a home in which calls lie that are not logged yet."""
