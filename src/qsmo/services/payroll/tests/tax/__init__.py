"""Tests of taxes: federal, of states and of places."""
