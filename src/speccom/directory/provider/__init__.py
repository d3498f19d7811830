"""Signing in by an identity provider with OpenID Connect, such as the health service's own."""
