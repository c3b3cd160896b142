"""Whether the secret that signs the sign-in's cookies is one: whoever knows or guesses it is
everybody.
"""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

from data_access.site import ROOT

SHORTEST = 32
_LEAST_BITS = 96.0
_WELL_KNOWN = ("openssl", "secret", "password", "change", "replace", "example", "placeholder",
               "streamlit", "linggong", "xxxx", "test", "only-for", "口令", "密钥", "输出", "填写", "随机")
ADVICE = "请运行 openssl rand -hex 32，把输出写入 .streamlit/secrets.toml 的 [auth] cookie_secret 后重新启动"


def weakness(secret: object, root: Path = ROOT) -> str | None:
    """Why the secret must not be used, as one sentence; None when nothing speaks against it."""
    text = secret.strip() if isinstance(secret, str) else ""
    why = _why(text, root)
    return None if why is None else f"登录用的 cookie_secret {why}，知道它的人可以冒充任何账号；{ADVICE}。"


def _why(text: str, root: Path) -> str | None:
    if not text:
        return "没有填写"
    if len(text) < SHORTEST:
        return f"只有 {len(text)} 个字符（至少 {SHORTEST} 个）"
    if any(word in text.casefold() for word in _WELL_KNOWN):
        return "是说明文字或常见的词"
    if _bits(text) < _LEAST_BITS:
        return "太有规律"
    if _documented(text, root):
        return "在本系统的文档或样例中出现过"
    return None


def _bits(text: str) -> float:
    """Entropy of the letters as they occur; a short text repeated counts once."""
    for length in range(1, len(text) // 2 + 1):
        if (text[:length] * (len(text) // length + 1))[:len(text)] == text:
            text = text[:length]
            break
    counts = Counter(text)
    return -sum(count * math.log2(count / len(text)) for count in counts.values())


def _documented(text: str, root: Path) -> bool:
    places = [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("config/*"),
              *root.glob("deploy/**/*"), *root.glob("tests/**/*.py")]
    return any(text in path.read_text(encoding="utf-8", errors="ignore") for path in places
               if path.is_file())
