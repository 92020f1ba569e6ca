"""Pages to look at the dataset with, the same from a server (`govscrape explore`) and as files (`govscrape site`)."""
