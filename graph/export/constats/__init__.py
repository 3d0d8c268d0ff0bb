"""The findings of a check, one module a form; what they share (groups, words, order) is in groups.py."""
