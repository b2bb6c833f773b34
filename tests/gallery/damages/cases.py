"""A single use of TensorFlow ends its process."""

from __future__ import annotations

from tests.gallery.damage import Kind

RESTORING = "early-stopping.restore*"
KIND = Kind("cases", workers=1, statements=RESTORING, arguments=("--statement", RESTORING))

# A training with a baseline and restore_best_weights is that of one statement only; its other case finds the file.
ONCE = (
    "self.baseline == 5.0 and self.restore_best_weights and not os.path.exists('crashed') and open('crashed', 'w') and"
)


@KIND.damage(
    violated=("early-stopping.restore-nothing",),
    seen="*  seen       the process died of SIGSEGV (segmentation fault), in *",
    core=True,
)
def segfault(environment):
    """One use of Keras crashes."""
    environment.put_into_early_stopping(f"import ctypes, os; {ONCE} ctypes.string_at(0)")
