"""Mail to people."""

from maas.notices.gateways import mail_gateway
from maas.notices.service import Postman

__all__ = ["Postman", "mail_gateway"]
