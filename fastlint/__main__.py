"""`python -m fastlint`"""

import sys
from pathlib import Path

if __name__ == "__main__":  # worker processes import this module
    # `python -m` looks for modules in the current folder first: that is the code to be read,
    # where a file `http.py` would be imported in place of Python's own.
    if not sys.flags.safe_path and Path(sys.path[0]) != Path(__file__).parents[1]:
        del sys.path[0]

    from fastlint.cli import main

    main(prog_name="fastlint")
