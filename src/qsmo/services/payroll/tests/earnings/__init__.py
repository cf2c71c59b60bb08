"""Tests of earnings: rates of every plan, hours, premiums, limits, payments, parts of a pay period."""
