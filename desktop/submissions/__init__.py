"""What the participant hands over: put together, checked, frozen, addressed, exported, answered."""
