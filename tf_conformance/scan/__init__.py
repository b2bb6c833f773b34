"""From code to the statements that bite: patterns, the names in a file, the files of a folder, and the answer."""
