"""Guided Grad-CAM (Selvaraju et al. 2017) of all logits, in pixels."""

from typing import Final

from heed.explain.method import ImageMethod
from heed.explain.methods.gradcam import ENTRY as GRADCAM
from heed.explain.methods.guided_backpropagation import guided_backpropagation

ENTRY: Final = ImageMethod(
    maps=guided_backpropagation,
    symmetry="none",
    guided=True,
    times=GRADCAM,
    formula="relu(sum_k mean(g_k) A_k), enlarged, times the guided gradient",
    source="Selvaraju et al., Grad-CAM, ICCV 2017",
    price="two backward passes of the whole network for each output, for z and -z, "
    "and one more forward pass",
)
"""Grad-CAM says in which cells, guided backpropagation in which of their pixels."""
