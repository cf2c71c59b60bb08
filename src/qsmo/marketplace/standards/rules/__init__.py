"""Pure rules over the published standards: looking up, reading targets, finding faults."""
