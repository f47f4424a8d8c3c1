"""One reader per file format; each turns a file into a Parquet of text cells and a `Reading`."""
