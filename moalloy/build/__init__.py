"""What a problem file says, joined with tables, features and surrogates."""
