"""Journeys of people who keep the books of an agency, and of those who look into them."""
