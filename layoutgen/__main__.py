"""`python -m layoutgen`"""

from layoutgen.cli.main import main

if __name__ == "__main__":
    main()
