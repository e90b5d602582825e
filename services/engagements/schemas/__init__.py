"""Requests and responses of engagements, by noun."""
