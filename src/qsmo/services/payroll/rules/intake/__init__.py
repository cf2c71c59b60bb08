"""From documents to facts: what is checked of people and of time before anybody is calculated."""
