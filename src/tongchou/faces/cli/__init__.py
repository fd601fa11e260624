"""The command line: lint, check, settle and explain regions; import outside data; show it all in one demo.

Exit codes: 0 done and nothing wrong; 1 findings, failed cases, a refused claim, or totals that do not reconcile;
2 the command was used wrongly; 3 the input cannot be read.
"""


def main() -> None:
    """The entry point `tongchou`."""
    from tongchou.faces.cli.app import run

    run()
