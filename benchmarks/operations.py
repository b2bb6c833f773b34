"""The floating-point operations of a training step: those of its matrix products and convolutions, forward and backward."""

from __future__ import annotations

from typing import Any, Callable, Sequence

import numpy as np
import tensorflow as tf

# What runs another function an unknown number of times, or does not show what it computes.
OPAQUE = ("While", "StatelessWhile", "If", "StatelessIf", "PartitionedCall", "StatefulPartitionedCall", "CudnnRNN")


def operations_of(step: Callable[..., Any], *batch: Any) -> int | None:
    """How many operations the step does for the batch, two for each product and its sum; None if its graph does not tell."""
    traced = tf.function(step)  # TensorFlow 2.0 takes the graph apart when nobody holds this
    nodes = traced.get_concrete_function(*batch).graph.get_operations()
    if any(node.type in OPAQUE for node in nodes):
        return None
    # What nothing uses is not computed, such as the gradient of the first layer's input.
    used = (node for node in nodes if any(output.consumers() for output in node.outputs))
    return sum(2 * _products(node) for node in used)


def _products(node: Any) -> int:
    """How many numbers the node multiplies."""
    if node.type == "MatMul":
        return _size(node.outputs[0]) * _shape(node.inputs[0])[0 if node.get_attr("transpose_a") else 1]
    if node.type.startswith("BatchMatMul"):
        return _size(node.outputs[0]) * _shape(node.inputs[0])[-2 if node.get_attr("adj_x") else -1]
    if node.type == "Einsum":
        return _products_of_einsum(node)
    if node.type in ("Conv2D", "Conv3D"):
        return _size(node.outputs[0]) * _products_per_output(node.inputs[1])
    if node.type.startswith(("Conv2DBackpropInput", "Conv3DBackpropInput")):
        return _size(node.inputs[2]) * _products_per_output(node.inputs[1])
    if node.type.startswith(("Conv2DBackpropFilter", "Conv3DBackpropFilter")):
        return _size(node.inputs[2]) * _products_per_output(node.outputs[0])
    if node.type.startswith("DepthwiseConv2dNative"):
        return _products_of_depthwise(node)
    return 0


def _products_per_output(kernel: Any) -> int:
    """The products in each number that a convolution with this kernel computes."""
    return int(np.prod(_shape(kernel)[:-1]))


def _products_of_depthwise(node: Any) -> int:
    kernel = node.outputs[0] if node.type.endswith("BackpropFilter") else node.inputs[1]
    convolved = node.outputs[0] if node.type == "DepthwiseConv2dNative" else node.inputs[2]
    return _size(convolved) * int(np.prod(_shape(kernel)[:2]))


def _products_of_einsum(node: Any) -> int:
    """The product of the sizes of all indices."""
    operands = node.get_attr("equation").decode().partition("->")[0].split(",")
    sizes = {index: size for names, tensor in zip(operands, node.inputs) for index, size in zip(names, _shape(tensor))}
    return int(np.prod(list(sizes.values()))) if len(operands) > 1 else 0


def _shape(tensor: Any) -> Sequence[int]:
    sizes: list[int] = tensor.shape.as_list()
    return sizes


def _size(tensor: Any) -> int:
    return int(np.prod(_shape(tensor)))
