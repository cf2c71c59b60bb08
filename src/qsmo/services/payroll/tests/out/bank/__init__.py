"""Tests of the files by which money moves."""
