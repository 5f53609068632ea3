import torch

from heed.networks.architectures.nano import nano


def test_size_and_grid():
    network = nano(40).eval()
    count = sum(parameter.numel() for parameter in network.parameters())
    assert 0.5e6 < count < 0.7e6
    with torch.inference_mode():
        assert network.features(torch.rand(2, 3, 224, 224)).shape == (2, 256, 7, 7)
        assert network.features(torch.rand(1, 3, 96, 96)).shape == (1, 256, 3, 3)
        assert network(torch.rand(2, 3, 224, 224)).shape == (2, 40)


def test_a_cell_sees_79_pixels():
    network = nano(40).eval()
    images = torch.rand(1, 3, 224, 224, requires_grad=True)
    network.features(images)[0, :, 3, 3].sum().backward()
    assert images.grad is not None
    seen = images.grad[0].abs().sum(dim=0) > 0
    assert (seen.any(dim=0).sum(), seen.any(dim=1).sum()) == (79, 79)


def test_features_are_a_residual_sum_before_its_relu():
    with torch.inference_mode():
        features = nano(40).eval().features(torch.rand(2, 3, 96, 96))
    assert 0.2 < (features < 0).float().mean() < 0.8


def test_the_head_collapses():
    network = nano(40).eval()
    weight, bias = network.effective_head()
    images = torch.rand(2, 3, 96, 96)
    with torch.inference_mode():
        pooled = network.features(images).relu().mean(dim=(2, 3))
        torch.testing.assert_close(network(images), pooled @ weight.T + bias)


def test_it_learns():
    torch.manual_seed(0)
    network = nano(40)
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3)
    labels = torch.tensor([0.0, 1.0]).repeat(8)[:, None].expand(16, 40)
    # Whether the light is at the top or at the bottom: one must look to know.
    images = torch.rand(16, 3, 64, 64)
    images[0::2, :, :32] += 1
    images[1::2, :, 32:] += 1
    images = (images / 2).contiguous()
    losses = []
    for _ in range(12):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(network(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.2 * losses[0]
