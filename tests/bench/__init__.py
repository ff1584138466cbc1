"""How fast the site is, measured: `make bench` builds a data set and loads the real server."""
