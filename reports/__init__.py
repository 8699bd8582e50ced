"""Reports: a function returns a table; renderers stand apart."""
