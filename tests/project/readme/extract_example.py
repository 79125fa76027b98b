#!/usr/bin/env python3
"""extract_example.py README.md N OUTPUT: writes the N-th C++ block of a Markdown file."""

import pathlib
import re
import sys

readme, number, output = sys.argv[1:]
blocks = re.findall(r"^```cpp\n(.*?)^```$", pathlib.Path(readme).read_text(encoding="utf-8"),
                    re.MULTILINE | re.DOTALL)
pathlib.Path(output).write_text(blocks[int(number) - 1], encoding="utf-8")
