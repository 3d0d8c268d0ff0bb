"""The page of a contributor: what it said, what is missing, what is established, its place, and room for its visa."""
