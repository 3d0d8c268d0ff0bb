"""The engine: workbooks in, graphs, checks, queries and the yearly picture out."""
