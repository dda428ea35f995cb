"""``python -m moalloy``."""

from moalloy.cli import main

main()
