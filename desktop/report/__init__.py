"""What leaves the workspace: the data cleanse progress report, fix lists, exported views."""
