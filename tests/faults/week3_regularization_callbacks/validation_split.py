"""Faults of validation_split."""

from __future__ import annotations

from keras.src.trainers.data_adapters import array_slicing

from tests.faults.fault import fault


@fault("fit.validation-split")
def first_samples_are_held_out(put):
    """validation_split holds out the first samples."""

    def split(right, arrays, validation_split):
        training, validation = right(arrays, 1 - validation_split)
        return validation, training

    put.around(array_slicing, "train_validation_split", split)


@fault("fit.empty-split")
def empty_split_trains_on_everything(put):
    """A split that leaves no sample for training holds none out."""

    def split(right, arrays, validation_split):
        return arrays, arrays

    put.around(array_slicing, "train_validation_split", split)
