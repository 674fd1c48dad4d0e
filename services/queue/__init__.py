"""The whole queue as numpy columns: snapshot, query words, order and views."""
