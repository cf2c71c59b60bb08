"""What every slice stands on: who may see and do what, what was done, work for later, files, pages. It knows nobody."""
