"""The internal UI in a real browser, against the real embedded product."""
