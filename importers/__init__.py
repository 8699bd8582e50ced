"""Importers: files become staged rows, one module a format.  Nothing here posts."""
