"""What MHHS Desk does, without a screen: no Qt below this package."""

__version__ = "0.1.0"
