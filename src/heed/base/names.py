"""Names of attributes as people read them."""


def readable(attribute: str) -> str:
    """An attribute's name as it is printed in figures and tables, without underscores.

    Example:
        >>> readable("5_o_Clock_Shadow")
        '5 o Clock Shadow'
    """
    return attribute.replace("_", " ")
