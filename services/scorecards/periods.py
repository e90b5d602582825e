"""Periods of a review cycle: which days they hold, when their cards open, and in which zone a day is that day. Pure."""
