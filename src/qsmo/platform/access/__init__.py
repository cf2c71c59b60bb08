"""The one choke point: who is looking, which rows they may see, and the doors through which anything is written."""
