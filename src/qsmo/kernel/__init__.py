"""Money, time, law and the life of a record, in plain Python: nothing here knows government or a web framework."""
