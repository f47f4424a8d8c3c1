"""The PIT plan: gates, deliverables, and reliance on the testing of others."""
