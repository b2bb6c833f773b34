"""The results of the matrix: published records, and the page that is built from them."""
