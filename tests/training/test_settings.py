"""A run's settings: what a file may say, what replaces it, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

from bridge.training.families.convolution import ConvolutionConfig
from bridge.training.families.gru import GruConfig
from bridge.training.families.transformer import TransformerConfig
from bridge.training.settings import EMPHASIS, TrainingSettings, read_settings, shipped

FILE = """
family = "gru"
data = "prepared"
out = "runs/mine"
minutes = 60
leave_out = ["pop909"]

[network]
units = 96

[emphasis]
my-songs = 2
pop909 = 0.5
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(FILE)
    return path


def test_a_file_says_what_and_how(file: Path) -> None:
    settings, network = read_settings(str(file), {})
    assert network == GruConfig(units=96)
    assert settings == TrainingSettings(
        file.parent / "prepared", file.parent / "runs/mine", minutes=60.0, leave_out=("pop909",),
        emphasis={**EMPHASIS, "my-songs": 2.0, "pop909": 0.5},
    )  # fmt: skip


def test_the_command_line_replaces_the_file(file: Path) -> None:
    given = {"steps": 5, "data": Path("here"), "network.layers": 2, "emphasis.my-songs": 3.0, "threads": 2}
    settings, network = read_settings(str(file), given)
    assert (settings.steps, settings.minutes, settings.threads) == (5, None, 2)
    assert (settings.data, settings.out) == (Path("here"), file.parent / "runs/mine")
    assert network == GruConfig(units=96, layers=2)
    assert settings.emphasis["my-songs"] == 3.0


@pytest.mark.parametrize(
    ("name", "network"),
    [
        ("duo", TransformerConfig(echo=True)),
        ("gru.toml", GruConfig(units=768)),
        ("conv", ConvolutionConfig()),
        ("tiny", TransformerConfig(width=128, layers=2, heads=4, kv_heads=2, mlp_width=256, window=128)),
    ],
)
def test_configurations_come_with_the_package(name: str, network: Any) -> None:
    settings, shape = read_settings(name, {"data": "data", "out": "run"})
    assert shape == network
    assert settings.data == Path("data")


def test_they_are_all_there() -> None:
    assert shipped() == ["conv", "duo", "gru", "tiny"]


def test_a_starting_point_brings_its_own_network_and_a_lower_rate(tmp_path: Path) -> None:
    (tmp_path / "on.toml").write_text('data = "d"\nout = "o"\nsteps = 3\nstart_from = "duo"\n')
    settings, network = read_settings(str(tmp_path / "on.toml"), {})
    assert (network, settings.start_from, settings.full_rate) == (None, tmp_path / "duo", 0.2)
    assert read_settings(str(tmp_path / "on.toml"), {"rate": 0.5})[0].full_rate == 0.5
    assert read_settings("tiny", {"data": "d", "out": "o"})[0].full_rate == 1.0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("batchs = 3", r"unknown key 'batchs': did you mean 'batch'\?"),
        ("[network]\nunit = 3", r"unknown key 'unit' in \[network\] of a gru: did you mean 'units'\?"),
        ("[network]\nunits = 0", "units=0"),
        ("turns = 1.5", r"turns=1.5: a share, 0 to 1"),
        ("answer_share = -0.1", r"answer_share=-0.1: a share, 0 to 1"),
        ("[network]\nunits = 3.5", "network.units = 3.5: it must be int"),
        ('batch = "six"', "batch = 'six': it must be int"),
        ("batch = true", "batch = True: it must be int"),
        ("batch = 0", "batch=0: it must be more than 0"),
        ("leave_out = 3", "leave_out = 3: it must be a list"),
        ("steps = 3", "give one of minutes, processor_minutes, steps, not 2"),
        ("patience = -1", "patience=-1"),
        ('device = "gpu"', "device='gpu': there are auto, cpu, cuda"),
        ("[emphasis]\nmine = 0", "weights are more than 0"),
        ("emphasis = 2", "emphasis = 2: it must be a table"),
        ("network = 2", "'network' must be a table"),
        ("batch = ", "is not TOML"),
    ],
)
def test_what_cannot_be_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(f'family = "gru"\ndata = "d"\nout = "o"\nminutes = 3\n{line}\n')
    with pytest.raises(ValueError, match=message) as raised:
        read_settings(str(path), {})
    assert "wrong.toml" in str(raised.value)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nowhere.toml: no such file; .* conv, duo, gru, tiny"):
        read_settings("nowhere.toml", {})
    with pytest.raises(ValueError, match=r"tiny does not say data: .* --data FOLDER"):
        read_settings("tiny", {"out": "o"})
    with pytest.raises(ValueError, match="unknown family 'grew': there are convolution, gru, transformer"):
        read_settings("tiny", {"data": "d", "out": "o", "family": "grew"})
    with pytest.raises(ValueError, match=r"'batch.x' cannot be set: batch is not a table"):
        read_settings("tiny", {"data": "d", "out": "o", "batch.x": 1})
    with pytest.raises(ValueError, match="give one of minutes, processor_minutes, steps, not 0"):
        TrainingSettings(Path("d"), Path("o"))
