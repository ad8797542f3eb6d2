"""Announcements to the company."""
