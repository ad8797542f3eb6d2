"""The company's own emoji."""
