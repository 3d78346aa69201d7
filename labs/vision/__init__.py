"""Labs on pictures (week 4: Convolutional Neural Networks)."""
