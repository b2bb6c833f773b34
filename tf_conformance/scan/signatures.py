"""At which position an argument may be passed that patterns name by keyword."""

from __future__ import annotations

# By the last part of the function's name; for methods without self. As many parameters as patterns need, in order.
SIGNATURES = {
    name: parameters.split()
    for name, parameters in {
        "Activation": "activation",
        "Adam": "learning_rate beta_1 beta_2 epsilon",
        "AveragePooling1D": "pool_size strides padding",
        "AveragePooling2D": "pool_size strides padding",
        "AveragePooling3D": "pool_size strides padding",
        "BinaryAccuracy": "name dtype threshold",
        "CSVLogger": "filename separator append",
        "Dense": "units activation",
        "Dropout": "rate",
        "EarlyStopping": "monitor min_delta patience verbose mode baseline restore_best_weights",
        "GlorotUniform": "seed",
        "Input": "shape",
        "Model": "inputs outputs",
        "ModelCheckpoint": "filepath monitor verbose save_best_only save_weights_only mode save_freq",
        "RMSprop": "learning_rate rho momentum epsilon",
        "ReduceLROnPlateau": "monitor factor patience verbose mode min_delta cooldown min_lr",
        "SGD": "learning_rate momentum nesterov",
        "Sequential": "layers name",
        "compile": "optimizer loss metrics",
        "evaluate": "x y batch_size verbose",
        "fit": "x y batch_size epochs verbose callbacks validation_split validation_data shuffle",
        "glorot_uniform": "seed",
        "load_model": "filepath custom_objects compile",
        "load_weights": "filepath",
        "predict": "x batch_size verbose steps",
        "save": "filepath overwrite include_optimizer save_format",
        "save_weights": "filepath overwrite save_format",
        "summary": "line_length positions print_fn",
    }.items()
}
