"""The dilated convolution's backbone."""

from __future__ import annotations

from tiny_training import TINY, reach

from bridge.training.families.convolution import ConvolutionConfig


def test_a_convolution_sees_the_sum_of_its_dilations() -> None:
    assert reach(TINY["convolution"]) == list(range(1 + 2 + 4 + 1))
    assert reach(ConvolutionConfig(width=32, dilations=(3,))) == [0, 3]
