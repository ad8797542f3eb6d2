"""Reading: home, company, profiles, hashtags, likes and bookmarks, all by key in both directions."""
