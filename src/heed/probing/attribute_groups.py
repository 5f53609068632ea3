"""The forty attributes in groups of what they are about.

The groups are Heed's: Diniz (2021) speaks of groups, but no list of theirs is at hand. The contrast
of :data:`SOFT` and :data:`GEOMETRY` takes in only what its words name: hat, eyeglasses and the
colour of the hair against nose, lips and the shape of the face.
"""

from typing import Final

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "accessories": (
        "Eyeglasses", "Wearing_Hat", "Wearing_Earrings", "Wearing_Necklace", "Wearing_Necktie",
    ),
    "hair": (
        "Bald", "Bangs", "Black_Hair", "Blond_Hair", "Brown_Hair", "Gray_Hair",
        "Receding_Hairline", "Straight_Hair", "Wavy_Hair",
    ),
    "beard": ("5_o_Clock_Shadow", "Goatee", "Mustache", "No_Beard", "Sideburns"),
    "make-up and skin": ("Heavy_Makeup", "Pale_Skin", "Rosy_Cheeks", "Wearing_Lipstick"),
    "expression": ("Mouth_Slightly_Open", "Smiling"),
    "shape": (
        "Arched_Eyebrows", "Bags_Under_Eyes", "Big_Lips", "Big_Nose", "Bushy_Eyebrows", "Chubby",
        "Double_Chin", "High_Cheekbones", "Narrow_Eyes", "Oval_Face", "Pointy_Nose",
    ),
    "whole face": ("Attractive", "Blurry", "Male", "Young"),
}  # fmt: skip
"""By name. The last one holds what no part of the face shows alone."""

OTHER: Final = "other"
"""The group of an attribute that is not CelebA's."""

SOFT: Final = (
    "Wearing_Hat", "Eyeglasses", "Black_Hair", "Blond_Hair", "Brown_Hair", "Gray_Hair",
)  # fmt: skip

GEOMETRY: Final = ("Big_Nose", "Pointy_Nose", "Big_Lips", "Oval_Face")

EXPRESSION: Final = GROUPS["expression"]


def group_of(attribute: str) -> str:
    """The group of an attribute.

    Example:
        >>> group_of("Smiling"), group_of("Glaucoma")
        ('expression', 'other')
    """
    return next((name for name, members in GROUPS.items() if attribute in members), OTHER)
