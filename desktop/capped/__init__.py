"""Files from strangers are opened in a child process that is capped in memory and time and reaches no network."""
