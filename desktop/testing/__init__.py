"""Requirements, test cases, runs, results, defects, the work-off plan, and how they hang together."""
