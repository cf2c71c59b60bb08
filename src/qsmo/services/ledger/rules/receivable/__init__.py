"""What a debt to the Government comes to: charges by law, order of application, age, and the rules that post it."""
