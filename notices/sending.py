"""Handing a message to apprise: to the configured address and no other host."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable

from apprise import Apprise, AppriseAsset, NotifyFormat

from kpi.vocabulary import InputError
from notices.message import Message
from notices.settings import Receiver

Send = Callable[[Receiver, Message], bool]
"""Whether the receiver's server took the message."""

# apprise reports a refusal in its own words, with parts of the address in them; ours are in the
# ledger
logging.getLogger("apprise").setLevel(logging.CRITICAL)


def send_by_apprise(receiver: Receiver, message: Message) -> bool:
    """Raises InputError when the address is none that apprise knows."""
    # nothing of apprise's own: no pictures from its site, no files on disk, no redirect to
    # somewhere else
    asset = AppriseAsset(app_id="linggong-guisu", app_desc="linggong-guisu", app_url="",
                         image_url_mask="", image_url_logo="", async_mode=False,
                         http_redirects=False, storage_mode="memory")
    services = Apprise(asset=asset)
    with warnings.catch_warnings():
        # on first use apprise loads all its services, and one of them an old module of the standard
        # library
        warnings.simplefilter("ignore", DeprecationWarning)
        known = services.add(receiver.url)
    if not known:
        raise InputError(
            f"收信方 {receiver.name}（{receiver.title}）的地址写法有误；请按《督办》文档改正 secrets.toml 或环境变量。")
    if receiver.gateway is not None:
        for service in services:
            # the robots' addresses are fixed in apprise; an intranet reaches them through a
            # forwarder
            for name in ("notify_url", "api_url"):
                if hasattr(service, name):
                    setattr(service, name,
                            receiver.gateway.replace("{key}", str(getattr(service, "key", ""))))
    return bool(services.notify(title=message.title, body=message.body,
                                body_format=NotifyFormat.TEXT))
