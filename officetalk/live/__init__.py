"""Live delivery: who is connected, and what reaches them."""
