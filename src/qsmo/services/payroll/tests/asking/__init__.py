"""Tests of questions about pay."""
