"""Fills a development database with fictional business of any size, to try speed and pages with."""
