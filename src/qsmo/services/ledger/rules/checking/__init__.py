"""What is wrong with files of others: rules over what was read, each finding with rule, severity, line and field."""
