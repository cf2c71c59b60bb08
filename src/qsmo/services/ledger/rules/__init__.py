"""What the law and the standards say of books, as pure functions over dated tables."""
