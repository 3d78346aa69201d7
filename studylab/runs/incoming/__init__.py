"""Runs that were made elsewhere: copied run directories, folders of TensorBoard, W&B's logs."""
