"""How a campagne is checked: the rules as read, the two SHACL engines, the findings and the cells they name."""
