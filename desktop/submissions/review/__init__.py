"""The reviewer's copy comes back: comments, matched by row key, and what was changed that should not have been."""
