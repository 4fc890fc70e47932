"""The local server's `neo4j.conf`."""

from __future__ import annotations

from .home import DATABASE, Facts

_PAGE_CACHE_MB = 256


def text(facts: Facts) -> str:
    """Return the configuration: loopback only, no telemetry, no files read from queries.

    Parameters
    ----------
    facts
        Ports, and whether writes are refused.
    """
    from ..browser.style import style_command

    lines = {
        "server.default_listen_address": "127.0.0.1",
        "server.bolt.listen_address": f"127.0.0.1:{facts.bolt_port}",
        # Without the port a client that asks where to go is sent to 7687.
        "server.bolt.advertised_address": f"localhost:{facts.bolt_port}",
        "server.http.listen_address": f"127.0.0.1:{facts.http_port}",
        "server.http.advertised_address": f"localhost:{facts.http_port}",
        "server.https.enabled": "false",
        "server.memory.pagecache.size": f"{_PAGE_CACHE_MB}m",
        "db.tx_log.preallocate": "false",
        "db.tx_log.rotation.size": "64m",
        "db.tx_log.rotation.retention_policy": "2 files",
        "dbms.usage_report.enabled": "false",
        "dbms.security.auth_enabled": "true",
        "dbms.security.allow_csv_import_from_file_urls": "false",
        # Browser guides that ringscope serves on this machine.
        "browser.remote_content_hostname_whitelist": "localhost",
        # Colours by risk, role and kind for everybody who opens the Browser.
        "browser.post_connect_cmd": style_command(),
        "client.allow_telemetry": "false",
        "server.bolt.telemetry.enabled": "false",
    }
    if facts.read_only:
        lines["server.databases.read_only"] = DATABASE
    return "".join(f"{name}={value}\n" for name, value in lines.items())
