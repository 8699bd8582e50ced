"""How ``plugins.fees`` holds the books against the scalar model: contract versions, cases, entries, the judge."""
