"""Notifications: who is told of what somebody did."""
