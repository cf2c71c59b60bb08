"""Earnings: from rates and hours to gross pay."""
