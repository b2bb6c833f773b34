"""Finds the code that statements contradict: patterns, the names in a file, the files of a folder, and the answer."""
