"""The picture as one HTML page: its sections, one module a theme, and what they show as plain data."""
