"""What the maintainers run; none of it is in the package."""
