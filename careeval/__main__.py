"""`python -m careeval` is the same program as `careeval`."""

from careeval.cli import main

if __name__ == "__main__":
    main()
