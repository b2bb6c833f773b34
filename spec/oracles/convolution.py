"""Convolution and pooling of channels-last arrays ``(batch, *spatial, channels)`` with any number of spatial axes."""

from itertools import product
from math import ceil

import numpy as np


def output_length(length, window, stride=1, padding="valid", dilation=1):
    """The number of windows along an axis: all that lie inside the input (valid), or one per stride (same, causal)."""
    if padding == "valid":
        return (length - dilation * (window - 1) - 1) // stride + 1
    return ceil(length / stride)


def transposed_length(length, window, stride=1, padding="valid"):
    """The output length of a transposed convolution: one stride per input, for valid plus a window's excess over it."""
    return length * stride if padding == "same" else length * stride + max(window - stride, 0)


def convolve(x, kernel, stride=1, padding="valid", dilation=1):
    """``x (n, *spatial, c_in)`` with ``kernel (*window, c_in, c_out)`` gives ``(n, *spatial_out, c_out)``."""
    windows = _windows(x, kernel.shape[:-2], stride, padding, dilation, fill=0.0)
    return np.einsum("nowc,wcf->nof", _flat(windows), _flat_kernel(kernel)).reshape(
        windows.shape[: x.ndim - 1] + kernel.shape[-1:]
    )


def convolve_depthwise(x, kernel, stride=1, padding="valid", dilation=1):
    """Each channel with its own kernels: ``kernel (*window, c, m)`` gives ``c * m`` channels, grouped by input channel."""
    windows = _windows(x, kernel.shape[:-2], stride, padding, dilation, fill=0.0)
    result = np.einsum("nowc,wcm->nocm", _flat(windows), _flat_kernel(kernel))
    return result.reshape(windows.shape[: x.ndim - 1] + (kernel.shape[-2] * kernel.shape[-1],))


def convolve_transposed(x, kernel, stride=1, padding="valid"):
    """The transpose of the convolution with ``kernel (*window, c_out, c_in)``: each input is spread over a window."""
    spatial, window = x.shape[1:-1], kernel.shape[:-2]
    full = [(n - 1) * stride + w for n, w in zip(spatial, window)]
    shape = [transposed_length(n, w, stride, padding) for n, w in zip(spatial, window)]
    result = np.zeros((x.shape[0], *[max(f, s) for f, s in zip(full, shape)], kernel.shape[-2]))
    for position in np.ndindex(*spatial):
        spread = np.einsum("nc,wfc->nwf", x[(slice(None), *position)], _flat_kernel(kernel))
        area = tuple(slice(p * stride, p * stride + w) for p, w in zip(position, window))
        result[(slice(None), *area)] += spread.reshape((x.shape[0], *window, kernel.shape[-2]))
    crop = [max(w - stride, 0) // 2 if padding == "same" else 0 for w in window]
    return result[(slice(None), *(slice(b, b + s) for b, s in zip(crop, shape)))]


def pool(x, window, stride, padding, reduce):
    """``reduce`` (np.max or np.mean) over each window, ignoring the padding: ``(n, *spatial_out, c)``."""
    rank = x.ndim - 2
    windows = _windows(x, (window,) * rank, stride, padding, 1, fill=np.nan)
    ignoring_padding = {np.max: np.nanmax, np.mean: np.nanmean}[reduce]
    return ignoring_padding(windows, axis=tuple(range(1 + rank, 1 + 2 * rank)))


def _windows(x, window, stride, padding, dilation, fill):
    """``(n, *spatial_out, *window, c)``: the inputs at each position of the window."""
    spatial = x.shape[1:-1]
    lengths = [output_length(n, w, stride, padding, dilation) for n, w in zip(spatial, window)]
    extents = [dilation * (w - 1) + 1 for w in window]
    pads = [_padding(n, length, extent, stride, padding) for n, length, extent in zip(spatial, lengths, extents)]
    padded = np.pad(np.asarray(x, np.float64), [(0, 0), *pads, (0, 0)], mode="constant", constant_values=fill)
    result = np.empty((x.shape[0], *lengths, *window, x.shape[-1]))
    for position in product(*map(range, lengths)):
        area = tuple(slice(p * stride, p * stride + extent, dilation) for p, extent in zip(position, extents))
        result[(slice(None), *position)] = padded[(slice(None), *area)]
    return result


def _padding(length, windows, extent, stride, padding):
    """The padding before and after: split evenly for same, with the odd one after; all before for causal."""
    if padding == "valid":
        return (0, 0)
    total = max((windows - 1) * stride + extent - length, 0)
    return (total, 0) if padding == "causal" else (total // 2, total - total // 2)


def _flat(windows):
    """``(n, positions, window, c)`` from ``(n, *spatial_out, *window, c)``."""
    rank = (windows.ndim - 2) // 2
    positions = int(np.prod(windows.shape[1 : 1 + rank]))
    return windows.reshape((windows.shape[0], positions, -1, windows.shape[-1]))


def _flat_kernel(kernel):
    """``(window, a, b)`` from ``(*window, a, b)``."""
    return np.asarray(kernel, np.float64).reshape((-1, *kernel.shape[-2:]))
