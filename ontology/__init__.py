"""Vocabulary, code lists and contracts, as Turtle."""
