"""Tests against the published golden set of 2021, shared half."""
