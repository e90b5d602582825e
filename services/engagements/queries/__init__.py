"""Reads of engagements: one function per screen need, each through the same row filter."""
