import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from heed.explain.signs import target_signs

FUNCTIONS = {
    1: lambda z, label: z,
    2: lambda z, label: z.abs(),
    3: lambda z, label: z.abs() * label,
    4: lambda z, label: z * label,
}


@pytest.mark.parametrize("target", [1, 2, 3, 4])
@given(z=st.floats(-1e6, 1e6, width=32) | st.just(0.0), label=st.sampled_from([-1, 1]))
def test_is_the_derivative_of_the_explained_function(target, z, label):
    logit = torch.tensor(z, requires_grad=True)
    FUNCTIONS[target](logit, label).backward()
    signs = target_signs(target, np.array([[z]], np.float32), np.array([[label]], np.int8))
    assert signs.dtype == np.int8
    assert signs[0, 0] == logit.grad


def test_by_hand():
    logits = np.array([[2.5, -0.5, 0.0, -3.0]], np.float32)
    labels = np.array([[1, 1, -1, -1]], np.int8)
    assert target_signs(1, logits, labels).tolist() == [[1, 1, 1, 1]]
    assert target_signs(2, logits, labels).tolist() == [[1, -1, 0, -1]]
    assert target_signs(3, logits, labels).tolist() == [[1, -1, 0, 1]]
    assert target_signs(4, logits, labels).tolist() == [[1, 1, -1, -1]]


def test_what_is_no_target_logit_or_label_is_rejected():
    logits, labels = np.ones((2, 3), np.float32), np.ones((2, 3), np.int8)
    with pytest.raises(ValueError, match=r"cam\.target: found 5; expected 1, 2, 3 or 4"):
        target_signs(5, logits, labels)
    with pytest.raises(ValueError, match=r"logits are \(2, 3\) and labels \(3, 2\)"):
        target_signs(1, logits, labels.T)
    with pytest.raises(ValueError, match="label is 0; expected -1"):
        target_signs(1, logits, labels * 0)
    with pytest.raises(ValueError, match="logit is not finite"):
        target_signs(1, logits * np.nan, labels)


def test_needs_no_torch():
    # The stage cams runs at each change of the target: importing torch would take most of it.
    code = "import sys, heed.explain.signs; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
