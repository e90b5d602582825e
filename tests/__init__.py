"""Tests of the whole product."""

import os

# What tests start does not build the internal UI beside them; tests/e2e builds it once.
os.environ.setdefault("ENTENTE_BUILD_UI", "0")
