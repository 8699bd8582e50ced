"""Publishing: journal rows to Beancount text, byte for byte reproducible."""
