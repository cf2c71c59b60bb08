"""Reports of a run: lines of everybody, what OPM, the record keeper and IRS get, the feed, the books."""
