"""What people show on their profile: hashtags, colleagues, collections."""
