#!/usr/bin/env python3
"""Zips a folder so that the same files always give the same bytes: sorted, all from 1980, no
owners. Usage: zip.py FOLDER ZIP"""

import sys
import zipfile
from pathlib import Path

EXECUTABLE, DATA = 0o100755, 0o100644
THE_BEGINNING = (1980, 1, 1, 0, 0, 0)  # of zip's time


def main():
    folder, target = Path(sys.argv[1]), Path(sys.argv[2])
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), THE_BEGINNING)
            entry.create_system = 3  # Unix: file modes count
            mode = EXECUTABLE if path.name == "bootstrap" else DATA
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes(), compresslevel=9)


if __name__ == "__main__":
    main()
