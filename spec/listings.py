"""Runs the listings of the notes, which the spec files have in a small form: each slip as the notes print it, fewer units.

What the listings import is passed to them instead: whether their imports work is the statement keras.imports.
"""


def run(listing, names):
    """Runs a listing as a cell of a notebook: ``names`` are defined before it, and hold what it defines, even if it fails."""
    exec(compile(listing, "listing", "exec"), names)
    return names


def mended(listing, slips):
    """The listing with what is right, the values of ``slips``, in place of each slip that it prints, the keys."""
    for slip, right in slips.items():
        assert listing.count(slip) == 1
        listing = listing.replace(slip, right)
    return listing
