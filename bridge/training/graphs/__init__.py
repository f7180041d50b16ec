"""The ONNX graphs of a trained network, built straight from its weights.

Standard operators of opset 24 only, but for weights in 8 bits.
"""

from __future__ import annotations

import onnx

from bridge.engine.manifest import Weights
from bridge.training.families import Config
from bridge.training.families.convolution import ConvolutionConfig
from bridge.training.families.gru import GruConfig
from bridge.training.families.transformer import TransformerConfig
from bridge.training.graphs.attention import build_attention as build_attention_of_transformer
from bridge.training.graphs.feed import Feed, convolution_feed, gru_feed, transformer_feed
from bridge.training.graphs.parameters import Parameters, parameters_of
from bridge.training.graphs.sample import build_sample

__all__ = ["Feed", "build_attention", "build_feed", "build_sample", "parameters_of"]


def build_feed(parameters: Parameters, config: Config, rewind: int, weights: Weights = "float32") -> Feed:
    """`feed.onnx` of a network that `config` describes, whose last `rewind` events can be taken back."""
    match config:
        case TransformerConfig():
            return transformer_feed(parameters, config, rewind, weights)
        case GruConfig():
            return gru_feed(parameters, config, weights)
        case ConvolutionConfig():
            return convolution_feed(parameters, config, rewind, weights)


def build_attention(parameters: Parameters, config: Config, weights: Weights = "float32") -> onnx.ModelProto | None:
    """`attention.onnx` of a network that pays any; None of another."""
    if not isinstance(config, TransformerConfig):
        return None
    return build_attention_of_transformer(parameters, config, weights)
