"""How usage becomes money and money becomes postings: pure functions of sealed usage, prices and funding."""
