"""How a person comes in: by a password and a second factor, an identity provider, or one press."""
