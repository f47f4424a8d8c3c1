"""Working days: Monday to Friday without the bank holidays of England and Wales, or of Scotland, or of both.

A deadline that is so many working days before or after a day is a day, never a moment: neither the time zone nor
summer time can move it.
"""
