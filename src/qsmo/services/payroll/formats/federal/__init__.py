"""The messages of the federal human resources line as payroll's events, and a whole folder of them."""
