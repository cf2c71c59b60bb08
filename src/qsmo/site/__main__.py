"""`python -m qsmo.site` is the `qsmo` command."""

from qsmo.site.command import main

main()
