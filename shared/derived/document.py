"""What OpenAPI and AsyncAPI documents are made of."""

from typing import Any

Document = dict[str, Any]
"""A part of an OpenAPI or AsyncAPI document, as these specifications say."""
