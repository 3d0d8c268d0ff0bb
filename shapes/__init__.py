"""SHACL shapes: the rules and the forms."""
