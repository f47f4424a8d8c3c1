"""Where the bytes of files are: on disk, or in S3-compatible storage. Each participant has a space of its own."""
