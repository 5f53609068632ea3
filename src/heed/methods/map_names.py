"""What maps are called in figures, tables and sentences: by the names of their papers."""

from typing import Final

from heed.base.names import readable

MAP_NAMES: Final = {
    "ablationcam": "Ablation-CAM",
    "cam": "CAM",
    "eigencam": "Eigen-CAM",
    "elementwise": "Element-wise Grad-CAM",
    "gradcam": "Grad-CAM",
    "gradcam_plusplus": "Grad-CAM++",
    "guided_backpropagation": "guided backpropagation",
    "guided_gradcam": "Guided Grad-CAM",
    "hirescam": "HiResCAM",
    "input_x_gradient": "input x gradient",
    "layercam": "LayerCAM",
    "occlusion": "occlusion",
    "rise": "RISE",
    "scorecam": "Score-CAM",
    "xgradcam": "XGrad-CAM",
}
"""By the names of :data:`heed.explain.names.METHOD_NAMES`."""


def map_name(name: str) -> str:
    """What a method or a reference is called.

    Example:
        >>> map_name("gradcam_plusplus"), map_name("mask")
        ('Grad-CAM++', 'mask')
    """
    return MAP_NAMES.get(name, readable(name))
