"""One module per version of the tables; released ones are never edited."""
