"""Direct conversations."""
