"""The wall display: a few big numbers and one chart or the map at a time, to be read from across a hall."""
