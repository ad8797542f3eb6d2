"""Benchmarks: `make bench`. See docs/performance.md for what is measured and how."""
