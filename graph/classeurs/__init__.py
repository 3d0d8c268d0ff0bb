"""Workbooks: form, template, reading and mapping to triples."""
