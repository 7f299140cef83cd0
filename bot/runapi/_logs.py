"""Keeping secrets out of what httpx and httpcore log."""

import logging

import httpx


def quieten_http_logs() -> None:
    """Take queries out of the addresses that httpx logs, and answers' headers out of httpcore's log.

    A query may hold a signature, and an answer's headers a cookie or an echo of the API key.
    """
    logging.getLogger("httpx").addFilter(_without_queries)
    logging.getLogger("httpcore.http11").addFilter(_without_answer_headers)


def _without_queries(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(_bare(arg) if isinstance(arg, httpx.URL) else arg for arg in record.args)
    return True


def _bare(url: httpx.URL) -> httpx.URL:
    return url.copy_with(query=None, fragment=None, username=None, password=None)


def _without_answer_headers(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith("receive_response_headers.complete")
