"""`make docs`: the documentation as HTML; any warning fails, and so does a page that would fetch from elsewhere."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
OUT = ROOT / "build" / "docs"

# A link may lead elsewhere; what the page itself loads may not.
FETCHED = re.compile(
    r"""<(?:script|img|iframe)[^>]*\ssrc=["'](?:https?:)?//|<link[^>]*stylesheet[^>]*\shref=["'](?:https?:)?//"""
)


def main() -> int:
    sphinx = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", "-d", "build/doctrees"]
    built = subprocess.run([*sphinx, "docs", str(OUT)], cwd=ROOT, check=False)
    if built.returncode != 0:
        return built.returncode
    online = [page for page in sorted(OUT.rglob("*.html")) if FETCHED.search(page.read_text("utf-8"))]
    for page in online:
        print(f"{page.relative_to(ROOT)}: loads something from the network")
    if not online:
        print(f"docs: {OUT.relative_to(ROOT)}/index.html")
    return 1 if online else 0


if __name__ == "__main__":
    sys.exit(main())
