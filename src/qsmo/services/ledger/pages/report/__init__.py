"""Reports on the books: on budget execution, financial statements, prescribed reports, the file for Treasury."""
