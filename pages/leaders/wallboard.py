"""大屏: the core indicators in turn for the meeting room, without controls."""

from components.look import theme
from components.shell import frame
from components.wall import wallboard

with frame.page("wallboard", filters=False) as view:
    theme.sheet("wallboard")
    wallboard.show()
