"""The smallest pages that the same frame can serve: what any page costs before it does anything of its own."""
