"""Web Push: notifications to phones and browsers."""
