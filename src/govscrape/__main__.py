"""``python -m govscrape`` is the command ``govscrape``."""

from govscrape.cli.main import main

if __name__ == "__main__":
    main()
