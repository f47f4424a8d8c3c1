"""What a submission of each kind says: one module for each kind, gathered from the services into plain tables."""
