"""Tests of a run written as files, in the application."""
