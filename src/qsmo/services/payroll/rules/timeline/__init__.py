"""A person's pay over time: events in, the assignments of each pay period out, late ones paid as differences."""
