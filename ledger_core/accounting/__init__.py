"""Pure accounting: money, chart, terms, posting rules, digests.  No SQL, no path, no clock."""
