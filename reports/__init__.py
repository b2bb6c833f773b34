"""What the matrix has shown: published records, and the page that is built from them."""
