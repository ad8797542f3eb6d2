"""Everything that somebody has here, to take away."""
