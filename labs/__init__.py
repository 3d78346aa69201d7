"""The labs: one readable training script each, in folders by subject.

`python -m labs.vision.cnn --help` says what a lab does; `labs.kit` holds what several share.
"""
