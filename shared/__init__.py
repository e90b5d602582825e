"""What at least two services use and that has no business noun."""
