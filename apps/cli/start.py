"""What the ``maas`` script calls: the commands, imported without looking for garbage meanwhile."""

import gc


def main() -> None:
    """Import the commands and run one.

    What modules make lives as long as the process. Looking through it again and again while it
    grows takes an eighth of a short command, and finds nothing. Later it is looked through less
    often than Python does by itself, which takes a tenth of compiling the kernels.
    """
    gc.disable()
    from apps.cli.main import main as run

    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()
    run()


if __name__ == "__main__":
    main()
