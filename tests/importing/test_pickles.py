import os
import pickle
import sys
import types
import zipfile
from collections import OrderedDict

import pytest
import torch
from torch import nn

from heed.importing.pickles import (
    RefusedError,
    Stub,
    StubUnpickler,
    is_network,
    read_without_running,
    state_of,
)

FORMATS = pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])

FOREIGN_SOURCE = """
import torch
from torch import nn

class Branch(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Linear(3, 2)
        self.norm = nn.BatchNorm1d(2)
        self.register_buffer("passing", torch.ones(1), persistent=False)
        self.register_buffer("kept", torch.arange(3.0))
        self.register_parameter("absent", None)
        self.dropped = None

class Foreign(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = Branch()
        self.many = nn.Sequential(nn.Conv2d(3, 4, 3, bias=False), nn.ReLU(), Branch())
        self.scale = nn.Parameter(torch.tensor(2.0))
        self.size = torch.Size([1, 2])
        self.add_module("nothing", None)
"""


@pytest.fixture
def foreign(tmp_path):
    """A network whose class is gone when the test body runs."""
    (tmp_path / "foreign_module.py").write_text(FOREIGN_SOURCE)
    sys.path.insert(0, str(tmp_path))
    try:
        import foreign_module

        yield foreign_module.Foreign()
    finally:
        sys.path.remove(str(tmp_path))
        sys.modules.pop("foreign_module", None)


def save(content, path, zipped):
    torch.save(content, path, _use_new_zipfile_serialization=zipped)
    return path


class Hostile:
    """Runs a function of its choice when it is unpickled."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@FORMATS
@pytest.mark.parametrize("wrapped", [False, True], ids=["network", "data-parallel"])
def test_a_network_whose_class_is_gone(foreign, tmp_path, zipped, wrapped):
    expected = foreign.state_dict()
    network = nn.DataParallel(foreign) if wrapped else foreign
    path = save(network, tmp_path / "whole.pth", zipped)
    del sys.modules["foreign_module"]
    sys.path.remove(str(tmp_path))
    try:
        content = read_without_running(path)
    finally:
        sys.path.insert(0, str(tmp_path))
    assert isinstance(content, Stub)
    assert is_network(content)
    assert "foreign_module" not in sys.modules
    found = state_of(content)
    prefix = "module." if wrapped else ""
    assert list(found) == [prefix + key for key in expected]
    assert not any("passing" in key for key in found)
    for key, tensor in expected.items():
        assert torch.equal(found[prefix + key], tensor)


@FORMATS
def test_a_state_dict_is_read_as_it_is(tmp_path, zipped):
    expected = nn.Linear(3, 2).state_dict()
    found = read_without_running(save(expected, tmp_path / "state.pth", zipped))
    assert isinstance(found, OrderedDict)
    assert all(torch.equal(found[key], expected[key]) for key in expected)


@FORMATS
@pytest.mark.parametrize("where", ["alone", "beside", "inside"])
@pytest.mark.parametrize("function", [os.system, eval, exec, open, print, __import__])
def test_nothing_is_run(tmp_path, zipped, where, function):
    marker = tmp_path / "marker"
    argument = {
        os.system: f"touch {marker}",
        eval: f"open({str(marker)!r}, 'w')",
        exec: f"open({str(marker)!r}, 'w')",
        open: str(marker),
        print: "hello",
        __import__: "this",
    }[function]
    extra = ("w",) if function is open else ()
    hostile = Hostile(function, argument, *extra)
    linear = nn.Linear(2, 2)
    linear.payload = hostile
    content = {"alone": hostile, "beside": {"w": torch.ones(1), "x": hostile}, "inside": linear}
    path = save(content[where], tmp_path / "hostile.pth", zipped)
    found = read_without_running(path)
    stub = {"alone": lambda: found, "beside": lambda: found["x"], "inside": lambda: found.payload}
    assert isinstance(stub[where](), Stub)
    assert type(stub[where]()).__name__ == f"{function.__module__}.{function.__name__}"
    assert not marker.exists()
    assert "this" not in sys.modules


def test_the_hostile_file_would_have_run(tmp_path):
    """The other tests would pass on a harmless file as well: this one is not harmless."""
    marker = tmp_path / "marker"
    path = save(Hostile(os.system, f"touch {marker}"), tmp_path / "hostile.pth", True)
    torch.load(path, weights_only=False)
    assert marker.exists()


def unpickled(program: bytes):
    import io

    return StubUnpickler(io.BytesIO(program)).load()


@pytest.mark.parametrize(
    "program",
    [
        b"cos\nsystem\n(S'true'\ntR.",  # GLOBAL, REDUCE
        b"(S'true'\nios\nsystem\n.",  # INST
        b"(cos\nsystem\nS'true'\no.",  # OBJ
        b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.",  # STACK_GLOBAL, REDUCE
        b"c__builtin__\neval\n(S'1'\ntR.",
        b"cbuiltins\ngetattr\n(cos\nsystem\nS'x'\ntR.",
        b"cfunctools\npartial\n(cos\nsystem\ntR.",
        b"coperator\nattrgetter\n(S'x'\ntR.",
    ],
)
def test_no_way_to_call_makes_a_call(program):
    assert isinstance(unpickled(program), Stub)


def test_what_is_called_in_turn_is_not_called_either():
    result = unpickled(b"cbuiltins\ngetattr\n(cos\nsystem\nS'x'\ntR(S'true'\ntR.")
    assert isinstance(result, Stub)


def test_collections_of_classes_of_their_own_are_passed_over():
    assert isinstance(unpickled(b"\x80\x02cforeign\nList\n)\x81]a."), Stub)  # APPEND
    assert isinstance(unpickled(b"\x80\x02cforeign\nList\n)\x81(K\x01K\x02e."), Stub)  # APPENDS
    assert isinstance(unpickled(b"\x80\x02cforeign\nDict\n)\x81K\x01K\x02s."), Stub)  # SETITEM
    assert isinstance(unpickled(b"\x80\x04cforeign\nSet\n)\x81(K\x01\x90."), Stub)  # ADDITEMS


@FORMATS
def test_tensors_with_attributes_are_read(tmp_path, zipped):
    tensor = torch.arange(3.0)
    tensor.note = "kept beside"
    parameter = nn.Parameter(torch.ones(2))
    parameter.rate = 0.1
    content = {"tensor": tensor, "parameter": parameter, "beside": {print}}
    found = read_without_running(save(content, tmp_path / "attributes.pth", zipped))
    assert torch.equal(found["tensor"], torch.arange(3.0))
    assert torch.equal(found["parameter"], torch.ones(2))


def test_permitted_functions_and_stubs_cannot_be_changed():
    change = b"}S'name'\nNs\x86b."  # ({}, {"name": None}) as state, BUILD
    state = b"(N}S'__defaults__'\nNstb."
    assert change  # the state below has the form (None, {name: value})
    for target in (b"ctorch._utils\n_rebuild_tensor_v2\n", b"ccollections\nOrderedDict\n"):
        with pytest.raises(RefusedError, match="asks to change"):
            unpickled(target + state)
    with pytest.raises((RefusedError, TypeError)):
        unpickled(b"cforeign\nThing\n" + state)


def test_new_objects_of_unknown_classes_are_stubs():
    thing = unpickled(b"\x80\x02cforeign\nThing\n)\x81}U\x01aK\x05sb.")
    assert isinstance(thing, Stub)
    assert type(thing).__name__ == "foreign.Thing"
    assert thing.__dict__ == {"a": 5}


def test_a_network_that_contains_itself(tmp_path):
    network = nn.Sequential(nn.Linear(1, 1))
    network[0]._modules["loop"] = network
    path = save(network, tmp_path / "loop.pth", True)
    with pytest.raises(RefusedError, match=r"its part 0\.loop contains itself"):
        state_of(read_without_running(path))


def test_a_module_used_twice_is_listed_twice(tmp_path):
    shared = nn.Linear(1, 1)
    network = nn.Sequential(shared, shared)
    found = state_of(read_without_running(save(network, tmp_path / "twice.pth", True)))
    assert list(found) == ["0.weight", "0.bias", "1.weight", "1.bias"]


def test_an_object_that_is_no_network(tmp_path):
    path = save(types.SimpleNamespace(a=1), tmp_path / "object.pth", True)
    assert not is_network(read_without_running(path))
    network = nn.Linear(1, 1)
    network._modules["part"] = pickle.PicklingError
    path = save(network, tmp_path / "part.pth", True)
    with pytest.raises(RefusedError, match="its part part is no network module"):
        state_of(read_without_running(path))


def test_networks_nested_without_end_are_refused(tmp_path):
    network = nn.Linear(1, 1)
    for _ in range(30):
        network = nn.Sequential(network, network)
    content = read_without_running(save(network, tmp_path / "nested.pth", True))
    with pytest.raises(RefusedError, match="its modules are more than 5000, or nested"):
        state_of(content, most=5000)


def test_the_tar_format_is_refused(tmp_path):
    import tarfile

    path = tmp_path / "old.pth"
    with tarfile.open(path, "w") as archive:
        archive.add(__file__, "storages")
    with pytest.raises(RefusedError, match="tar format"):
        read_without_running(path)


def test_a_zip_of_something_else_fails(tmp_path):
    path = tmp_path / "other.pth"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(RuntimeError):
        read_without_running(path)
