"""The journal: the SQL schema, append, seals and the chain.  The system of record."""
