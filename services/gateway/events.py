"""What the gateway announces: nothing. Who signs in and with what never leaves its database."""
