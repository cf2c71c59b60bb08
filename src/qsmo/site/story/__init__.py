"""The story that `make demo` tells: an agency buys payroll, its people are paid, the bill is settled, books tie."""
