"""Lists: some of the people that one follows, as a timeline of their own."""
