"""Writes of engagements: one function per intention; each announces its change beside it."""
