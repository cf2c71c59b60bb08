"""Leave at the intake: terms of leave as text, what accounts begin with, and who has accounts by which terms."""
