"""What can be bought: providers, offerings and their versions, plans and dated prices, evidence, search, comparison."""
