"""The rules of DOMAIN §4 as plain scalars, ints of minor units and Fractions: written from that page alone."""
