"""The map of the QPV: contours when they were received, one tile each otherwise."""
