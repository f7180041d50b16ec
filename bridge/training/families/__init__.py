"""The three families of network behind one contract: vectors of events in, vectors of what was understood out.

A family is a configuration and a backbone, `nn.Module` of [B, T, width] to [B, T, width], causal: position t sees
events up to t. What surrounds it (how events are read, how the next one is predicted) is `bridge.training.network`.
"""

from __future__ import annotations

from typing import Final

from torch import nn

from bridge.training.families.convolution import Convolution, ConvolutionConfig
from bridge.training.families.gru import Gru, GruConfig
from bridge.training.families.transformer import Transformer, TransformerConfig

Config = TransformerConfig | GruConfig | ConvolutionConfig

CONFIGS: Final[dict[str, type[Config]]] = {
    "transformer": TransformerConfig,
    "gru": GruConfig,
    "convolution": ConvolutionConfig,
}


def backbone(config: Config) -> nn.Module:
    """The backbone that `config` describes, with fresh weights."""
    match config:
        case TransformerConfig():
            return Transformer(config)
        case GruConfig():
            return Gru(config)
        case ConvolutionConfig():
            return Convolution(config)


def family_of(config: Config) -> str:
    """The name of the family of `config`."""
    return next(name for name, kind in CONFIGS.items() if isinstance(config, kind))
