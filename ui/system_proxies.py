"""The proxies of the operating system as Qt knows them: automatic configuration and exceptions included."""

from __future__ import annotations

from urllib.parse import quote

from PySide6.QtCore import QUrl
from PySide6.QtNetwork import QNetworkProxy, QNetworkProxyFactory, QNetworkProxyQuery

_SCHEMES = {
    QNetworkProxy.ProxyType.HttpProxy: "http",
    QNetworkProxy.ProxyType.HttpCachingProxy: "http",
    QNetworkProxy.ProxyType.Socks5Proxy: "socks5",
}


def system_proxy(url: str) -> str:
    """The proxy of a URL as scheme://host:port, '' = none. May take seconds (automatic configuration): on a worker.

    A kind that MHHS Desk cannot use is named all the same, so that whoever calls says so instead of going round it.
    """
    for one in QNetworkProxyFactory.systemProxyForQuery(QNetworkProxyQuery(QUrl(url))):
        scheme = _SCHEMES.get(one.type())
        if scheme and one.hostName():
            user = quote(one.user(), safe="")
            secret = f":{quote(one.password(), safe='')}" if one.password() else ""
            host = f"[{one.hostName()}]" if ":" in one.hostName() else one.hostName()
            return f"{scheme}://{f'{user}{secret}@' if user else ''}{host}:{one.port()}"
        if one.type() is QNetworkProxy.ProxyType.NoProxy:
            return ""
    return ""
