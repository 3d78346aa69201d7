"""Scalars that other programs write: event files of TensorBoard, W&B's logs, lines of output."""
