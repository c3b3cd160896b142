"""Who is told what: alerts and the joint meeting's items by e-mail, WeCom and DingTalk. Off unless
switched on.
"""
