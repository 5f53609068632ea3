"""What the two classes of faces are called that an attribute tells apart."""


def class_of(attribute: str, label: int) -> str:
    """The class of a face, as folders and tables call it.

    Args:
        attribute: one of CelebA's forty.
        label: +1: the face has it; -1: it has not.

    Example:
        >>> class_of("Smiling", 1), class_of("Smiling", -1)
        ('Smiling', 'without_Smiling')
    """
    return attribute if label > 0 else f"without_{attribute}"
