"""The business standards: functions, activities, capabilities and service measures, by release, with their faults."""
