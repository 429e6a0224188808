"""`python -m fastlint`"""

from fastlint.cli import main

if __name__ == "__main__":  # worker processes import this module
    main(prog_name="fastlint")
