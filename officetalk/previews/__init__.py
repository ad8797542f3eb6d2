"""Cards of links, fetched in the background."""
