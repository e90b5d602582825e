"""The relationship-tier score: evidence -> score -> tier, pure and exact (docs/design/model.md)."""
