"""SPARQL: the catalogue, the derivations."""
