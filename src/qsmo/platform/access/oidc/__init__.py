"""Sign-in by an outside identity provider such as Login.gov: OpenID Connect with a key instead of a shared secret."""
