"""Other programs' ledgers, each a script for a Python that has it installed; nothing of ours is imported."""
