"""Clients with one habit each, by what the habit is about."""
