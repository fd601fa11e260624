"""Personal accounts: entries that are never changed, yearly closes, and whom an account may pay for."""
