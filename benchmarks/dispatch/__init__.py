"""The dispatcher beside other programs, on instances of the literature and on a random city."""
