"""Requests and responses of scorecards, by noun."""
