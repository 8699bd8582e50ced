"""The register of cases: what matching and commission need to know of a debt."""
