import pytest
import torch

from heed.networks.catalogue import NETWORKS, build
from heed.networks.head_start import start_head

SMALL = ["nano", "nano_ext"]


@pytest.mark.parametrize("name", SMALL)
def test_every_image_gets_the_logits_and_the_trunk_is_left_alone(name):
    network = build(name, 3)
    before = {key: value.clone() for key, value in network.state_dict().items()}
    logits = torch.tensor([-0.75, 0.0, 0.5])
    start_head(network, logits)
    torch.testing.assert_close(network.eval()(torch.rand(4, 3, 64, 64)), logits.expand(4, 3))
    changed = [k for k, v in network.state_dict().items() if not torch.equal(v, before[k])]
    layer = f"head.{network.head.layer_names[-1]}"
    assert changed == [f"{layer}.weight", f"{layer}.bias"]
    weight, bias = network.effective_head()
    assert not weight.any()
    torch.testing.assert_close(bias, logits)


@pytest.mark.parametrize("name", SMALL)
def test_the_head_learns_in_the_first_step_and_the_trunk_in_the_second(name):
    network = build(name, 2)
    start_head(network, torch.zeros(2))
    images = torch.rand(4, 3, 64, 64)

    def trunk_gradient():
        network.zero_grad()
        (network(images) - 1).square().mean().backward()
        return float(network.trunk.conv1.weight.grad.abs().sum())

    last = network.head.get_submodule(network.head.layer_names[-1])
    assert trunk_gradient() == 0
    assert float(last.weight.grad.abs().sum()) > 0
    torch.optim.SGD(network.parameters(), lr=0.1).step()
    assert trunk_gradient() > 0


@pytest.mark.parametrize("logits", [torch.zeros(3), torch.zeros(1), torch.tensor([0.0, torch.inf])])
def test_logits_that_do_not_fit_are_refused(logits):
    network = build("nano", 2)
    before = network.head.attributes.weight.clone()
    with pytest.raises(ValueError, match="expected 2 finite numbers, one for each output of nano"):
        start_head(network, logits)
    assert torch.equal(network.head.attributes.weight, before)


def test_the_last_layer_of_every_head_has_the_outputs():
    with torch.device("meta"):
        for name, architecture in NETWORKS.items():
            assert build(name, 5).head.layer_names[-1] in (architecture.output_layer, "fc52")
