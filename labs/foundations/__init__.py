"""Courses 1-3: networks from one unit up, and how to train them."""
