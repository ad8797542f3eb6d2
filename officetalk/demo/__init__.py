"""Aldermoor, the demo company: 200 people who make water-quality probes and talk about it."""
