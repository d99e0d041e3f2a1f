"""A display of its own and the hands at it: Xvfb, and one xdotool that takes commands as they come."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

SIZE_PX = (1280, 720)
TOOLS = ("Xvfb", "xdotool")


def missing_tools() -> list[str]:
    return [tool for tool in TOOLS if shutil.which(tool) is None]


class Desktop:
    """A display, its mouse and its keyboard.

    Attributes:
        display: Its name, such as `:91`.
    """

    def __init__(self, display: str, folder: Path, xdotool: "subprocess.Popen[bytes]") -> None:
        self.display = display
        self._folder = folder
        self._xdotool = xdotool

    def do(self, *commands: str) -> None:
        """Let commands of xdotool happen, in order."""
        pipe = self._xdotool.stdin
        assert pipe is not None
        pipe.write("".join(f"{command}\n" for command in commands).encode())
        pipe.flush()

    def click(self, at: tuple[float, float], button: int = 1) -> None:
        self.do(f"mousemove {round(at[0])} {round(at[1])}", f"click {button}")

    def tap(self, key: str, times: int = 1) -> None:
        self.do(*[f"key --delay 8 {key}"] * times)

    def picture(self) -> np.ndarray:
        """Return what the display shows now, BGR."""
        raw = (self._folder / "Xvfb_screen0").read_bytes()
        header, colours = (int.from_bytes(raw[at : at + 4], "big") for at in (0, 76))
        pixels = np.frombuffer(raw, np.uint8, SIZE_PX[0] * SIZE_PX[1] * 4, header + 12 * colours)
        return pixels.reshape(SIZE_PX[1], SIZE_PX[0], 4)[:, :, :3].copy()

    def save(self, path: Path) -> None:
        cv2.imwrite(str(path), self.picture())


@contextlib.contextmanager
def desktop(folder: Path) -> Iterator[Desktop]:
    """Start a display with a free number; end it and its hands afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    read, write = os.pipe()
    size = f"{SIZE_PX[0]}x{SIZE_PX[1]}x24"
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp", "-fbdir", str(folder)],
        pass_fds=(write,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(write)
        with os.fdopen(read, "rb") as said:
            display = f":{said.readline().decode().strip()}"
        try:
            with subprocess.Popen(["xdotool", "-"], stdin=subprocess.PIPE, env={**os.environ, "DISPLAY": display}) as xdotool:
                yield Desktop(display, folder, xdotool)
                assert xdotool.stdin is not None
                xdotool.stdin.close()
        finally:
            server.terminate()
