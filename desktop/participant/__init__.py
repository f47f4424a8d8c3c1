"""Who the workspace is for: organisation, scope, contacts."""
