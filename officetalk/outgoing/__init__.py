"""Requests to other servers, through a guard against internal addresses."""
