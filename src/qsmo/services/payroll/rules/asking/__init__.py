"""Questions about pay that is not paid: why it differs from last time, and what a change would do to it."""
