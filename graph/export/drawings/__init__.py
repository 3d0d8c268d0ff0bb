"""Drawings made of few primitives, written as SVG and as PNG: what the map and the pictures of networks share."""
