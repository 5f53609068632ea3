"""The scores as ``import heed`` offers them: for NumPy arrays and for torch tensors.

Each is the function of the same name in :mod:`heed.metrics`, where its formula is.
"""

from heed.base.tensors import takes_tensors
from heed.metrics import acceptable_mask_ratio as _amr
from heed.metrics import divergence as _divergence
from heed.metrics import error_rates as _rates
from heed.metrics import intersection_over_union as _iou
from heed.metrics import proportional_energy as _energy

acceptable_mask_ratio = takes_tensors(_amr.acceptable_mask_ratio, __name__)
proportional_energy = takes_tensors(_energy.proportional_energy, __name__)
intersection_over_union = takes_tensors(_iou.intersection_over_union, __name__)
error_rates = takes_tensors(_rates.error_rates, __name__)
kl_divergence = takes_tensors(_divergence.kl_divergence, __name__)
