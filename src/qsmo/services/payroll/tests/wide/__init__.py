"""Random people of every kind that the rules know: for comparing engines, and for properties that hold for anybody."""
