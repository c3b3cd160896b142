"""大屏: the core indicators in turn for the meeting room, without controls."""

from components import frame, theme, wallboard

with frame.page("wallboard", filters=False) as view:
    theme.sheet("wallboard")
    wallboard.show()
